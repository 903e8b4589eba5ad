/**
 * Facts come in bursts: a page to five people is twenty of them. The first is looked at at once, those that come during that look by
 * the next one. A look that each next fact cut off would show nothing before the burst is over; one that hangs is not waited for.
 */
const SETTLE_MS = 60;
const LONGEST_LOOK_MS = 1_000;

/** Takes ids as facts name them, and has `look` look again at what they are of. */
export function createLooks(look: (ids: ReadonlySet<string>) => Promise<unknown>): (id: string) => void {
  let touched = new Set<string>();
  let looking = false;

  async function lookOn(): Promise<void> {
    looking = true;
    while (touched.size > 0) {
      const ids = touched;
      touched = new Set();
      await Promise.all([sleep(SETTLE_MS), Promise.race([look(ids), sleep(LONGEST_LOOK_MS)])]);
    }
    looking = false;
  }

  return (id) => {
    touched.add(id);
    if (!looking) void lookOn();
  };
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
