// The payShield client: commands in, decoded answers out, over a pool of links to one or more HSMs.
import { type Refusal, refuse } from '@chipswitch/security-module';
import { type DecodedResponse, decodeResponse, encodeCommand } from './codec.ts';
import { commandLayouts } from './data/commands.ts';
import type { Fields } from './fields.ts';
import { securityErrorOf } from './hsm-errors.ts';
import { HsmPool, type LinkAsk, type PoolSettings, type PoolStatistics } from './pool.ts';

/** Settings of a client. */
export interface PayshieldClientSettings extends Omit<PoolSettings, 'admit'> {
  /**
   * Check value of the local master key, as NC reports it (16 hex digits). An HSM that says another
   * gets no command.
   */
  readonly lmkCheckValue?: string;
}

/** A command's outcome: its answer (code 00 or a warning), or why there is none. */
export type CommandOutcome = { readonly ok: true; readonly response: DecodedResponse } | Refusal;

const noHeader = new Uint8Array(0);

/** A client of one or more payShields. */
export class PayshieldClient {
  readonly #pool: HsmPool;

  constructor(settings: PayshieldClientSettings) {
    const { lmkCheckValue, ...pool } = settings;
    const admit = async (ask: LinkAsk): Promise<boolean> => {
      const answer = await ask(Uint8Array.of(0x4e, 0x43), 'ND');
      if (!answer.ok) return false;
      const decoded = decodeResponse(answer.message, { headerLength: 0 });
      return decoded.ok && decoded.value.fields['lmkCheckValue'] === lmkCheckValue;
    };
    this.#pool = new HsmPool(lmkCheckValue === undefined ? pool : { ...pool, admit });
  }

  /** Counters for metrics. */
  get statistics(): PoolStatistics {
    return this.#pool.statistics;
  }

  /**
   * Sends a command.
   *
   * A field of ours that does not fit is `input` with the field's path; an HSM's error code is
   * mapped (01 is `not-verified` and is never sent again); a link error is `unavailable` with the
   * link's code as detail.
   */
  async send(command: string, fields: Fields): Promise<CommandOutcome> {
    const encoded = encodeCommand({ command, header: noHeader, fields });
    if (!encoded.ok) return refuse('input', encoded.error.path);
    const layout = commandLayouts.get(command);
    if (layout === undefined) return refuse('unsupported', command);
    const answer = await this.#pool.send(encoded.value, layout.response);
    if (!answer.ok) return refuse('unavailable', answer.error.code);
    // Only the answers to M0 and M2 take their form from the command: by its mode.
    const mode = fields['modeFlag'];
    const request = typeof mode === 'string' ? { modeFlag: mode } : {};
    const decoded = decodeResponse(answer.message, { headerLength: 0, request });
    if (!decoded.ok) return refuse('unavailable', decoded.error.code);
    const { errorCode, warning } = decoded.value;
    if (errorCode === '00' || warning) return { ok: true, response: decoded.value };
    const { code, detail } = securityErrorOf(errorCode);
    // A verification that fails says so and no more, whichever backend it was.
    return code === 'not-verified' ? refuse(code) : refuse(code, detail);
  }

  /** Closes every link; commands on their way end as `unavailable`, detail `closed`. */
  close(): void {
    this.#pool.close();
  }
}

/**
 * Connects to one or more HSMs.
 *
 * @example
 * const client = createPayshieldClient({ hsms: [{ host: '10.0.0.5', port: 1500 }] });
 * const echo = await client.send('B2', { data: 'PING' });
 * client.close();
 */
export function createPayshieldClient(settings: PayshieldClientSettings): PayshieldClient {
  return new PayshieldClient(settings);
}
