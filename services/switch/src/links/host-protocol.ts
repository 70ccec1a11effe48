// What one host's configuration makes of its dialect: spec, framing, elements, codes; messages to bytes and back.
import { fromHex, given, toLatin1 } from '@chipswitch/bytes';
import { SettingError } from '@chipswitch/program';
import { type IsoMessage, textOf } from '@chipswitch/transaction';
import {
  type FieldSpec,
  FrameDecoder,
  type FrameLength,
  type Message,
  type Spec,
  createResponse,
  encodeFrame,
  encodeMessage,
  fieldSpecOf,
  framingByName,
  responseMti,
  specFromJson,
  specToJson,
  specs,
  valueFromJson,
} from 'iso8583-js';
import { problemOf } from '../dialects/dialect.ts';
import type { HostDialect, HostFraming, NetworkMessage } from '../dialects/host-dialect.ts';
import { type HostDialects, hostDialectOf } from '../dialects/host-dialects.ts';
import type { HostSettings } from './host-settings.ts';
import { readTolerantly } from './tolerant-read.ts';

/** Why a message cannot be written or read: of the codec, and in words. */
export interface ProtocolError {
  readonly code: string;
  readonly path: string;
  readonly problem: string;
}

/** A message of ours, written: as it stands on the wire, and its bytes. */
export type Written =
  | { readonly ok: true; readonly wire: IsoMessage; readonly body: Uint8Array }
  | { readonly ok: false; readonly error: ProtocolError };

/** A message of the host, read: as it stands on the wire, and in the terms of 1987. */
export type Heard =
  | {
      readonly ok: true;
      readonly wire: IsoMessage;
      readonly message: IsoMessage;
      /** Elements that nobody needs and nobody could read: they are bytes now. */
      readonly unread: readonly number[];
    }
  | { readonly ok: false; readonly error: ProtocolError };

/** How we talk to one host. */
export interface HostProtocol {
  readonly dialect: string;
  readonly spec: Spec;
  readonly framing: HostFraming;
  readonly matchOn: readonly number[];
  readonly numbering: HostDialect['numbering'];
  readonly passedOn: readonly number[];
  readonly issuerTags: readonly number[];
  /** Absent: the line is up once it is connected; `by-host`: once the host has signed on. */
  readonly signOn: NetworkMessage | 'by-host' | undefined;
  readonly signOff: NetworkMessage | undefined;
  readonly echo: NetworkMessage | undefined;
  readonly write: (message: IsoMessage) => Written;
  /** Our answer to a message of the host; undefined when that message has none. */
  readonly answer: (wire: IsoMessage, values: Partial<IsoMessage>) => Written | undefined;
  readonly read: (body: Uint8Array) => Heard;
}

/** What the protocol of a host is made from. */
export interface ProtocolParts {
  readonly settings: HostSettings;
  /** YYYY-MM-DD. */
  readonly today: () => string;
  /** The setting's place, for what is wrong with it. */
  readonly place?: string;
  readonly dialects?: HostDialects;
}

function specOf(settings: HostSettings, dialect: HostDialect, place: string): Spec {
  const { spec: change } = settings;
  if (change === undefined) return dialect.spec;
  const { base } = change;
  if (base !== undefined && !Object.hasOwn(specs, base)) {
    throw new SettingError(
      `${place}.spec.base`,
      `"${base}" is none of ${Object.keys(specs).join(', ')}`,
    );
  }
  const definition = specToJson(base === undefined ? dialect.spec : specs[base]);
  const fields: { [key: string]: FieldSpec } = { ...definition.fields };
  for (const [number, field] of Object.entries(change.elements ?? {})) {
    if (field === null) delete fields[number];
    else fields[number] = field;
  }
  const made = specFromJson({ ...definition, name: `${definition.name}, changed`, fields });
  if (made.ok) return made.spec;
  const [{ path, problem }] = made.error.problems;
  throw new SettingError(`${place}.spec`, `${path} ${problem}`);
}

function framingOf(settings: HostSettings, dialect: HostDialect, place: string): HostFraming {
  const { framing } = settings;
  if (framing === undefined) return dialect.framing;
  if (typeof framing !== 'string') {
    const { tpdu, header, length, ...rest } = framing;
    const parts = {
      ...(tpdu && { tpdu: fromHex(tpdu) }),
      ...(header && { header: fromHex(header) }),
    };
    const options = {
      maxBytes: 8192,
      ...rest,
      length: length as FrameLength,
      tpdu: tpdu !== undefined,
      headerBytes: (header?.length ?? 0) / 2,
    };
    return checkedFraming({ options, parts }, place);
  }
  const named = framingByName(framing);
  if (named === undefined)
    throw new SettingError(`${place}.framing`, 'is no framing that has a name');
  const { tpdu, headerBytes = 0 } = named.options;
  const parts = {
    ...(tpdu === true ? { tpdu: dialect.framing.parts.tpdu ?? fromHex('6000000000') } : {}),
    ...(headerBytes > 0 ? { header: new Uint8Array(headerBytes) } : {}),
  };
  return checkedFraming({ options: { ...named.options, maxBytes: 8192 }, parts }, place);
}

function checkedFraming(framing: HostFraming, place: string): HostFraming {
  try {
    void new FrameDecoder(framing.options);
    encodeFrame(framing.options, new Uint8Array(1), framing.parts);
    return framing;
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error);
    throw new SettingError(`${place}.framing`, problem);
  }
}

/** Elements of the configuration as values of the spec. */
function valuesOf(
  spec: Spec,
  elements: { readonly [number: string]: string } | undefined,
  place: string,
): Partial<IsoMessage> {
  return Object.fromEntries(
    Object.entries(elements ?? {}).map(([number, text]) => {
      const field = fieldSpecOf(spec, Number(number));
      if (field === undefined) throw new SettingError(place, `the dialect has no DE ${number}`);
      return [`de${number}`, valueFromJson(field, text)];
    }),
  );
}

/** A header in the form that the spec has it in. */
function headerOf(spec: Spec, bytes: Uint8Array): Uint8Array | string {
  const data = spec.definition.header?.data ?? 'binary';
  return data === 'binary' ? bytes : toLatin1(bytes);
}

function networkOf(
  settings: HostSettings,
  { network }: HostDialect,
): Pick<HostProtocol, 'signOn' | 'signOff' | 'echo'> {
  const { signOn, echo } = settings;
  const own = typeof signOn === 'object' ? signOn : {};
  const withCode = (message: NetworkMessage, code: string | undefined): NetworkMessage =>
    code === undefined ? message : { ...message, code };
  return {
    signOn:
      signOn === 'none'
        ? undefined
        : signOn === 'by-host'
          ? signOn
          : withCode(network.signOn, own.code),
    signOff: typeof signOn === 'string' ? undefined : withCode(network.signOff, own.offCode),
    echo: echo === 'none' ? undefined : withCode(network.echo, echo?.code),
  };
}

/** A reversal in the message type that the host wants it in. */
function asReversal(
  message: IsoMessage,
  { mti, repeatIsSame }: HostDialect['reversal'],
): IsoMessage {
  if (!/^042[01]/.test(message.mti)) return message;
  return { ...message, mti: repeatIsSame ? mti : `${mti.slice(0, 3)}${message.mti[3]}` };
}

const isNetwork = ({ mti }: IsoMessage): boolean => mti[1] === '8';

const failed = (
  { code, path }: Pick<ProtocolError, 'code' | 'path'>,
  problem: string,
): { readonly ok: false; readonly error: ProtocolError } => ({
  ok: false,
  error: { code, path, problem },
});

/** Elements by which an answer is judged, whatever the dialect; the others are not worth a payment. */
const judged = [2, 3, 4, 11, 37, 38, 39, 41, 42, 49, 55, 64, 70, 90, 128] as const;

/**
 * The protocol of one host.
 *
 * @throws SettingError naming the setting that is wrong.
 */
export function openProtocol(parts: ProtocolParts): HostProtocol {
  const { settings, today, place = 'host', dialects } = parts;
  const dialect = hostDialectOf(settings.dialect, `${place}.dialect`, dialects);
  const spec = specOf(settings, dialect, place);
  const framing = framingOf(settings, dialect, place);
  const { messageHeader, reversal: reversalMti, responseCodes = {} } = settings;
  const header =
    messageHeader === undefined ? dialect.header : headerOf(spec, fromHex(messageHeader));
  const reversal = { ...dialect.reversal, ...(reversalMti && { mti: reversalMti }) };
  const added = valuesOf(spec, settings.add, `${place}.add`);
  const addedToNetwork = valuesOf(spec, settings.addToNetwork, `${place}.addToNetwork`);
  const signOnElements = typeof settings.signOn === 'object' ? settings.signOn.elements : undefined;
  const addedToSignOn = valuesOf(spec, signOnElements, `${place}.signOn.elements`);
  const network = networkOf(settings, dialect);
  const removed = settings.remove ?? [];
  const matchOn = settings.matchOn ?? dialect.matchOn;
  const needed: ReadonlySet<number> = new Set([...judged, ...matchOn]);

  const encoded = (wire: IsoMessage): Written => {
    const result = encodeMessage<Message>(spec, wire);
    if (result.ok) return { ok: true, wire, body: result.bytes };
    const { code, path } = result.error;
    const problem = `${wire.mti} does not fit ${settings.dialect}: ${code} at ${path}`;
    return failed(result.error, problem);
  };
  const answer = (wire: IsoMessage, values: Partial<IsoMessage>): Written | undefined => {
    const { mti } = dialect.read(wire);
    const answerMti = responseMti(mti);
    if (answerMti === undefined) return undefined;
    const { mti: wireMti, ...stated } = dialect.write({ ...values, mti: answerMti }, today());
    const echoed = createResponse<Message>(spec, wire);
    return encoded({ ...echoed, ...stated, mti: wireMti });
  };
  const write = (message: IsoMessage): Written => {
    const wire: IsoMessage = {
      ...dialect.write(asReversal(message, reversal), today()),
      ...given({ header }),
    };
    if (!isNetwork(message)) {
      for (const number of removed) delete wire[`de${number}`];
      return encoded({ ...wire, ...added });
    }
    const { signOn } = network;
    const signsOn = typeof signOn === 'object' && textOf(message, 70) === signOn.code;
    return encoded({ ...wire, ...addedToNetwork, ...(signsOn ? addedToSignOn : {}) });
  };
  const read = (body: Uint8Array): Heard => {
    const tolerant = readTolerantly(spec, body, needed, settings.lenient);
    if (!tolerant.ok) return failed(tolerant.error, problemOf(tolerant.error));
    const { message: wire, unread } = tolerant;
    const code = textOf(wire, 39);
    const meant = code === undefined ? undefined : responseCodes[code];
    const message = dialect.read(meant === undefined ? wire : { ...wire, de39: meant });
    return { ok: true, wire, message, unread };
  };
  return {
    dialect: settings.dialect,
    spec,
    framing,
    matchOn,
    numbering: settings.numbering ?? dialect.numbering,
    passedOn: settings.passedOn ?? dialect.passedOn,
    issuerTags: dialect.issuerTags,
    ...network,
    write,
    answer,
    read,
  };
}
