// What a world says when a guarantee does not hold.

/** One guarantee that did not hold; `key` names the payment, where it is one's. */
export interface Violation {
  readonly guarantee: string;
  readonly key: string | undefined;
  readonly text: string;
}
