// The simulated HSM without its sockets: one message in, one message out.
import { concatBytes, fromAscii, toLatin1 } from '@chipswitch/bytes';
import { cardHandlers } from './commands/cards.ts';
import { dataHandlers } from './commands/data.ts';
import { type Answer, type Handler, failed, runHandler } from './commands/handler.ts';
import { keyHandlers } from './commands/keys.ts';
import { pinHandlers } from './commands/pins.ts';
import { Lmk } from './lmk.ts';
import { answerBytes } from './wire/host-body.ts';
import { requests } from './wire/requests.ts';

const handlers: ReadonlyMap<string, Handler> = new Map(
  Object.entries({ ...keyHandlers, ...pinHandlers, ...cardHandlers, ...dataHandlers }),
);

/** Commands the simulator carries out. */
export const simulatedCommands: readonly string[] = [...handlers.keys(), 'B2'];

/** The response's two characters: the command's with the second one raised by one. */
export function responseCode(command: string): string {
  return command[0] + String.fromCharCode(command.charCodeAt(1) + 1);
}

/** Settings of a simulated HSM. */
export interface HsmSettings {
  /** Characters of the message header, as configured in an HSM; 4 when left out. */
  readonly headerLength?: number;
  /** Commands that are switched off: they answer 68. */
  readonly disabledCommands?: readonly string[];
  /**
   * Whether IBM 3624 commands warn with 02 of a PVK longer than single-length, as HSMs do; without
   * the warning they answer 00, as other simulators do. True when left out.
   */
  readonly pvkLengthWarning?: boolean;
}

/** Commands whose 02 is the warning of a longer PVK. */
const warningOfPvk: ReadonlySet<string> = new Set('DA EA CK GO BK DU DE EE'.split(' '));

/** A simulated HSM: local master keys and command handlers. */
export class SimulatedHsm {
  readonly headerLength: number;
  readonly lmk = new Lmk();
  readonly #disabled: ReadonlySet<string>;
  readonly #pvkLengthWarning: boolean;

  constructor(settings: HsmSettings = {}) {
    this.headerLength = settings.headerLength ?? 4;
    this.#disabled = new Set(settings.disabledCommands);
    this.#pvkLengthWarning = settings.pvkLengthWarning ?? true;
  }

  /**
   * Answers a message (what stands behind the frame's length bytes).
   *
   * @returns undefined when it is too short to have a command, for which an HSM closes the link.
   */
  answer(message: Uint8Array): Uint8Array | undefined {
    if (message.length < this.headerLength + 2) return undefined;
    const header = message.subarray(0, this.headerLength);
    const command = toLatin1(message, this.headerLength, this.headerLength + 2);
    if (command === 'B2') return this.#echo(header, message.subarray(this.headerLength + 2));
    const trailer = this.#trailerOf(message) ?? new Uint8Array(0);
    const carryOut = (end: number): Answer =>
      this.#carryOut(command, toLatin1(message, this.headerLength + 2, end));
    const answerOf = ({ errorCode, fields = {} }: Answer, behind: Uint8Array): Uint8Array =>
      concatBytes(this.#bare(header, command, errorCode), ...answerBytes(fields), behind);
    const answer = carryOut(message.length - trailer.length);
    if (trailer.length === 0 || answer.errorCode !== '15') return answerOf(answer, trailer);
    // Without it something is missing: it may have been the end of a binary field.
    const whole = carryOut(message.length);
    return whole.errorCode === '15'
      ? answerOf(answer, trailer)
      : answerOf(whole, new Uint8Array(0));
  }

  #bare(header: Uint8Array, command: string, errorCode: string): Uint8Array {
    const code = Uint8Array.from(responseCode(command), (character) => character.charCodeAt(0));
    return concatBytes(header, code, fromAscii(errorCode));
  }

  #carryOut(command: string, body: string): Answer {
    const handler = handlers.get(command);
    const request = requests.get(command);
    if (handler === undefined || request === undefined || this.#disabled.has(command))
      return failed('68');
    const answer = runHandler(handler, request, body, this.lmk);
    const warns = answer.errorCode === '02' && warningOfPvk.has(command);
    return warns && !this.#pvkLengthWarning ? { ...answer, errorCode: '00' } : answer;
  }

  // Binary fields may hold X'19': a trailer is what follows the last one, when it is all printable.
  #trailerOf(message: Uint8Array): Uint8Array | undefined {
    const at = message.lastIndexOf(0x19);
    if (at < this.headerLength + 2 || message.length - at - 1 > 32) return undefined;
    return /^[ -~]+$/.test(toLatin1(message, at + 1)) ? message.subarray(at) : undefined;
  }

  // B2 answers 80 when the length is more than the data and 15 when it is less.
  #echo(header: Uint8Array, body: Uint8Array): Uint8Array {
    const digits = toLatin1(body, 0, Math.min(4, body.length));
    const data = body.subarray(4);
    const length = /^[0-9A-Fa-f]{4}$/.test(digits) ? Number.parseInt(digits, 16) : -1;
    if (length < 0 || length < data.length) return this.#bare(header, 'B2', '15');
    if (length > data.length) return this.#bare(header, 'B2', '80');
    return concatBytes(this.#bare(header, 'B2', '00'), data);
  }
}
