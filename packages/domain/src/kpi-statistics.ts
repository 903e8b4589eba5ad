/** What is said of many values. Without any there is nothing to say: all but `n` and `sum` are null. */
export interface Statistics {
  n: number;
  sum: number;
  median: number | null;
  p90: number | null;
  p95: number | null;
}

/**
 * Median, p90 and p95 by the nearest-rank method: the p-th percentile of n values is the one at place ⌈p·n/100⌉ in order. Each
 * is a value that was measured, exactly. (Hyndman and Fan, "Sample Quantiles in Statistical Packages", 1996, definition 1.)
 * Puts `values` into another order.
 */
export function statistics(values: Float64Array): Statistics {
  const n = values.length;
  let sum = 0;
  for (const value of values) sum += value;
  if (n === 0) return { n, sum, median: null, p90: null, p95: null };
  let from = 0;
  const at = (percent: number) => {
    // In whole numbers: 0.95 * 20 is more than 19.
    const place = Math.ceil((percent * n) / 100) - 1;
    const value = select(values, from, n - 1, place);
    from = place;
    return value;
  };
  return { n, sum, median: at(50), p90: at(90), p95: at(95) };
}

/** Quickselect: puts into `place` what sorting would put there, smaller values before it and larger ones after it. */
function select(values: Float64Array, from: number, until: number, place: number): number {
  let [low, high] = [from, until];
  while (low < high) {
    const pivot = middle(values[low]!, values[(low + high) >>> 1]!, values[high]!);
    let [left, right] = [low, high];
    while (left <= right) {
      while (values[left]! < pivot) left += 1;
      while (values[right]! > pivot) right -= 1;
      if (left > right) break;
      const swapped = values[left]!;
      values[left] = values[right]!;
      values[right] = swapped;
      left += 1;
      right -= 1;
    }
    if (place <= right) high = right;
    else if (place >= left) low = left;
    else break;
  }
  return values[place]!;
}

function middle(a: number, b: number, c: number): number {
  return Math.max(Math.min(a, b), Math.min(Math.max(a, b), c));
}
