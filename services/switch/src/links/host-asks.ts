// What a host says and asks of its own accord (0800, 0820, 0420, 0620, 0520 …), and what it is answered: consent only to
// what is done.
import { type IsoMessage, textOf } from '@chipswitch/transaction';

/** The answer to a message of the host, and what becomes of the line with it. */
export interface HostAnswered {
  /** DE 39 in the terms of 1987, and anything else that the answer says. */
  readonly values: Partial<IsoMessage>;
  readonly line?: 'sign-on' | 'sign-off';
  /** A line for the log. */
  readonly note: string;
}

const notDone = (what: string): HostAnswered => ({
  values: { de39: '40' },
  note: `${what} is not done here: answered 40`,
});

/** DE 70 of network management (1987, table of network management information codes). */
function onNetwork(message: IsoMessage): HostAnswered {
  const code = textOf(message, 70) ?? '';
  const values = { de39: '00', ...(code === '' ? {} : { de70: code }) };
  switch (code) {
    case '001':
      return { values, line: 'sign-on', note: 'the host signs on' };
    case '002':
      return { values, line: 'sign-off', note: 'the host signs off' };
    case '301':
      return { values, note: '' };
    case '201':
      // Its business day is its own; ours is cut by the calendar.
      return { values, note: 'the host cuts its day over' };
    default: {
      const refused = notDone(`network management ${code === '' ? 'without a code' : code}`);
      return { ...refused, values: { ...refused.values, ...values, de39: '40' } };
    }
  }
}

/**
 * The answer that needs nothing but the message. What undoes a payment, or exchanges keys, is served by others before.
 */
export function answerHost(message: IsoMessage): HostAnswered {
  const { mti } = message;
  switch (mti.slice(0, 3)) {
    case '080':
    case '082':
      return onNetwork(message);
    case '062':
    case '064':
      return { values: { de39: '00' }, note: 'the host has something to say' };
    case '052':
      // DE 66 is 0: received, and held against nothing here (1987, settlement code).
      return { values: { de39: '00', de66: '0' }, note: "the host's totals: not compared" };
    default:
      return notDone(`a ${mti} of the host`);
  }
}
