/** An id that none of them has: "ada-sms", "ada-sms-2". */
export function freshId(person: string, channel: string, others: readonly { id: string }[]): string {
  const taken = new Set(others.map(({ id }) => id));
  const name = `${person}-${channel}`;
  for (let n = 1; ; n += 1) {
    const id = n === 1 ? name : `${name}-${n}`;
    if (!taken.has(id)) return id;
  }
}
