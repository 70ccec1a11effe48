// GET PROCESSING OPTIONS, READ RECORD and GET DATA (Book 3 6.5.7, 6.5.8, 6.5.11).
import { concatBytes, fromHex } from '@chipswitch/bytes';
import { type Answer, type Command, status } from './apdu.ts';
import type { ApplicationContext } from './application-context.ts';
import { dataObject, dolDataLength, splitDolData } from './data-object.ts';
import { sfi } from './personalise.ts';
import { answerQuickly } from './quick-flow.ts';

/** The command template's value: tag 83, then the PDOL data. */
function pdolDataOf(data: Uint8Array): Uint8Array | undefined {
  if (data[0] !== 0x83 || data.length < 2) return undefined;
  const long = data[1] === 0x81;
  const length = long ? data[2] : data[1];
  const start = long ? 3 : 2;
  return data.length === start + length ? data.slice(start) : undefined;
}

/** Starts a transaction: counts it and says what the terminal shall read. */
export function getProcessingOptions(context: ApplicationContext, command: Command): Answer {
  const { application, state, session } = context;
  if (command.p1 !== 0 || command.p2 !== 0) return { sw: status.incorrectParameters };
  if (session.phase !== 'selected' || state.blocked) return { sw: status.conditionsNotSatisfied };
  const pdolData = pdolDataOf(command.data);
  const list = application.profile.pdol;
  if (!pdolData || pdolData.length !== dolDataLength(list)) return { sw: status.wrongLength };
  if (state.atc >= 0xffff) return { sw: status.conditionsNotSatisfied };
  state.atc += 1;
  session.phase = 'initiated';
  session.pdolData = pdolData;
  session.values = splitDolData(list, pdolData);
  session.iccDynamicNumber = context.random(8);
  session.previous = { ...state.last };
  if (application.profile.flow === 'quick') return answerQuickly(context);
  const { aip, afl } = application;
  if (application.row.layout === 'vis' && application.profile.pdol.length === 0) {
    return { data: dataObject(0x80, aip, afl), sw: status.ok };
  }
  return { data: dataObject(0x77, dataObject(0x82, aip), dataObject(0x94, afl)), sw: status.ok };
}

/** READ RECORD of the application's files and of its transaction log. */
export function readRecord(context: ApplicationContext, command: Command): Answer {
  const file = command.p2 >> 3;
  if ((command.p2 & 0x07) !== 4 || command.p1 === 0) return { sw: status.incorrectParameters };
  if (file === sfi.log) {
    const record = context.state.log[command.p1 - 1];
    if (record === undefined) return { sw: status.recordNotFound };
    return { data: fromHex(record), sw: status.ok };
  }
  const key = (file << 8) | command.p1;
  const updated = context.state.updatedRecords[String(key)];
  const record =
    context.session.dynamicRecords.get(key) ??
    (updated === undefined ? context.application.records.get(key) : fromHex(updated));
  if (record) return { data: record, sw: status.ok };
  const exists = [...context.application.records.keys()].some((one) => one >> 8 === file);
  return { sw: exists ? status.recordNotFound : status.fileNotFound };
}

const logFormat = fromHex('9A039F21039F02065F2A029F3602');

/** GET DATA: the counters and what PUT DATA may write (Book 3 table 33 and the schemes' own). */
export function getData(context: ApplicationContext, command: Command): Answer {
  const { state, card } = context;
  const tag = (command.p1 << 8) | command.p2;
  const word = (value: number): Uint8Array => Uint8Array.of(value >> 8, value & 0xff);
  const found = ((): Uint8Array | undefined => {
    switch (tag) {
      case 0x9f36:
        return word(state.atc);
      case 0x9f13:
        return word(state.lastOnlineAtc);
      case 0x9f17:
        return Uint8Array.of(card.pinTriesLeft);
      case 0x9f4f:
        return context.application.profile.logRecords > 0 ? logFormat : undefined;
      case 0x9f14:
        return Uint8Array.of(state.limits.lowerConsecutive);
      case 0x9f23:
        return Uint8Array.of(state.limits.upperConsecutive);
      default: {
        const written = state.putData[tag.toString(16).toUpperCase()];
        return written === undefined ? undefined : fromHex(written);
      }
    }
  })();
  if (!found) return { sw: status.dataNotFound };
  return { data: dataObject(tag, found), sw: status.ok };
}

/** EXCHANGE RELAY RESISTANCE DATA (Book C-2 3.10): entropy, least and most time, transmission time. */
export function exchangeRelayData(context: ApplicationContext, command: Command): Answer {
  const { application, session } = context;
  if (!application.profile.aip.includes('relay-resistance')) {
    return { sw: status.instructionNotSupported };
  }
  if (session.phase !== 'initiated' || command.data.length !== 4) {
    return { sw: status.conditionsNotSatisfied };
  }
  // In hundreds of microseconds: at once at least (nobody sleeps here), 50 ms at most, 2 on the way.
  const times = Uint8Array.of(0x00, 0x00, 0x01, 0xf4, 0x00, 0x14);
  const entropy = context.random(4);
  session.relayData = concatBytes(command.data, entropy, times);
  return { data: dataObject(0x80, entropy, times), sw: status.ok };
}
