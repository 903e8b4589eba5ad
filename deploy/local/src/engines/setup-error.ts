/** Something about the machine is not as needed. The message is one sentence for a person and says what to do. */
export class SetupError extends Error {
  override name = 'SetupError';
}
