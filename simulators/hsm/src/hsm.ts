// The simulated HSM without its sockets: one message in, one message out.
import { concatBytes, fromAscii, toLatin1, given } from '@chipswitch/bytes';
import { type ReadFields, decodeCommand, encodeResponse } from '@chipswitch/payshield';
import { cardHandlers } from './commands/cards.ts';
import { dataHandlers } from './commands/data.ts';
import { type Answer, type Handler, failed, runHandler } from './commands/handler.ts';
import { keyHandlers } from './commands/keys.ts';
import { pinHandlers } from './commands/pins.ts';
import { Lmk } from './lmk.ts';

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

/** An answer, and the command's fields where it was understood. */
type RequestedAnswer = Answer & { readonly request?: ReadFields };

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
    const trailer = this.#trailerOf(message);
    const result = this.#carryOut(command, message, trailer);
    const encoded = encodeResponse({
      command,
      header,
      ...result,
      ...given({ trailer }),
    });
    if (encoded.ok) return encoded.value;
    return this.#bare(header, command, encoded.error.code === 'command-unknown' ? '68' : '15');
  }

  #bare(header: Uint8Array, command: string, errorCode: string): Uint8Array {
    const code = Uint8Array.from(responseCode(command), (character) => character.charCodeAt(0));
    return concatBytes(header, code, fromAscii(errorCode));
  }

  #carryOut(command: string, message: Uint8Array, trailer: string | undefined): RequestedAnswer {
    const handler = handlers.get(command);
    if (handler === undefined || this.#disabled.has(command)) return failed('68');
    const decoded = decodeCommand(message, {
      headerLength: this.headerLength,
      ...given({ trailer }),
    });
    if (!decoded.ok) return failed('15');
    const { fields } = decoded.value;
    const answer = runHandler(handler, fields, this.lmk);
    const warns = answer.errorCode === '02' && warningOfPvk.has(command);
    const errorCode = warns && !this.#pvkLengthWarning ? '00' : answer.errorCode;
    return { ...answer, errorCode, request: fields };
  }

  // Binary fields may hold X'19': a trailer is what follows the last one, when it is all printable.
  #trailerOf(message: Uint8Array): string | undefined {
    const at = message.lastIndexOf(0x19);
    if (at < this.headerLength + 2 || message.length - at - 1 > 32) return undefined;
    const text = toLatin1(message, at + 1);
    return text.length > 0 && /^[ -~]*$/.test(text) ? text : undefined;
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
