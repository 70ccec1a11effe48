// One store per data element: V8 keeps an inline cache for each, which a computed key cannot have.
// Written by scripts/write-element-store.ts.
/* oxlint-disable max-lines-per-function -- a table in the form of a switch */
import type { FieldValue, Message } from '../spec/spec-types.ts';
import { shortText } from './short-text.ts';

/** Values of a message's elements by their index: a place in a text, or the value itself. */
export interface ElementValues {
  readonly text: string;
  readonly starts: Int32Array;
  /** Where the text ends, -1 for an element whose value stands in `values`. */
  readonly ends: Int32Array;
  readonly values: readonly (FieldValue | undefined)[];
}

/**
 * Sets data elements of a message that already has their keys: no generated code, so that it also
 * works where `eval` is forbidden.
 *
 * @param numbers number of the element at each index of `from`
 */
export function storeElements(
  message: Message,
  numbers: readonly number[],
  from: ElementValues,
): void {
  const { text, starts, ends, values } = from;
  for (let i = 0; i < numbers.length; i++) {
    const end = ends[i];
    const start = starts[i];
    let value: FieldValue;
    if (end < 0) value = values[i] as FieldValue;
    else value = end - start <= 4 ? shortText(text, start, end) : text.substring(start, end);
    switch (numbers[i]) {
      case 2:
        message.de2 = value;
        break;
      case 3:
        message.de3 = value;
        break;
      case 4:
        message.de4 = value;
        break;
      case 5:
        message.de5 = value;
        break;
      case 6:
        message.de6 = value;
        break;
      case 7:
        message.de7 = value;
        break;
      case 8:
        message.de8 = value;
        break;
      case 9:
        message.de9 = value;
        break;
      case 10:
        message.de10 = value;
        break;
      case 11:
        message.de11 = value;
        break;
      case 12:
        message.de12 = value;
        break;
      case 13:
        message.de13 = value;
        break;
      case 14:
        message.de14 = value;
        break;
      case 15:
        message.de15 = value;
        break;
      case 16:
        message.de16 = value;
        break;
      case 17:
        message.de17 = value;
        break;
      case 18:
        message.de18 = value;
        break;
      case 19:
        message.de19 = value;
        break;
      case 20:
        message.de20 = value;
        break;
      case 21:
        message.de21 = value;
        break;
      case 22:
        message.de22 = value;
        break;
      case 23:
        message.de23 = value;
        break;
      case 24:
        message.de24 = value;
        break;
      case 25:
        message.de25 = value;
        break;
      case 26:
        message.de26 = value;
        break;
      case 27:
        message.de27 = value;
        break;
      case 28:
        message.de28 = value;
        break;
      case 29:
        message.de29 = value;
        break;
      case 30:
        message.de30 = value;
        break;
      case 31:
        message.de31 = value;
        break;
      case 32:
        message.de32 = value;
        break;
      case 33:
        message.de33 = value;
        break;
      case 34:
        message.de34 = value;
        break;
      case 35:
        message.de35 = value;
        break;
      case 36:
        message.de36 = value;
        break;
      case 37:
        message.de37 = value;
        break;
      case 38:
        message.de38 = value;
        break;
      case 39:
        message.de39 = value;
        break;
      case 40:
        message.de40 = value;
        break;
      case 41:
        message.de41 = value;
        break;
      case 42:
        message.de42 = value;
        break;
      case 43:
        message.de43 = value;
        break;
      case 44:
        message.de44 = value;
        break;
      case 45:
        message.de45 = value;
        break;
      case 46:
        message.de46 = value;
        break;
      case 47:
        message.de47 = value;
        break;
      case 48:
        message.de48 = value;
        break;
      case 49:
        message.de49 = value;
        break;
      case 50:
        message.de50 = value;
        break;
      case 51:
        message.de51 = value;
        break;
      case 52:
        message.de52 = value;
        break;
      case 53:
        message.de53 = value;
        break;
      case 54:
        message.de54 = value;
        break;
      case 55:
        message.de55 = value;
        break;
      case 56:
        message.de56 = value;
        break;
      case 57:
        message.de57 = value;
        break;
      case 58:
        message.de58 = value;
        break;
      case 59:
        message.de59 = value;
        break;
      case 60:
        message.de60 = value;
        break;
      case 61:
        message.de61 = value;
        break;
      case 62:
        message.de62 = value;
        break;
      case 63:
        message.de63 = value;
        break;
      case 64:
        message.de64 = value;
        break;
      case 65:
        message.de65 = value;
        break;
      case 66:
        message.de66 = value;
        break;
      case 67:
        message.de67 = value;
        break;
      case 68:
        message.de68 = value;
        break;
      case 69:
        message.de69 = value;
        break;
      case 70:
        message.de70 = value;
        break;
      case 71:
        message.de71 = value;
        break;
      case 72:
        message.de72 = value;
        break;
      case 73:
        message.de73 = value;
        break;
      case 74:
        message.de74 = value;
        break;
      case 75:
        message.de75 = value;
        break;
      case 76:
        message.de76 = value;
        break;
      case 77:
        message.de77 = value;
        break;
      case 78:
        message.de78 = value;
        break;
      case 79:
        message.de79 = value;
        break;
      case 80:
        message.de80 = value;
        break;
      case 81:
        message.de81 = value;
        break;
      case 82:
        message.de82 = value;
        break;
      case 83:
        message.de83 = value;
        break;
      case 84:
        message.de84 = value;
        break;
      case 85:
        message.de85 = value;
        break;
      case 86:
        message.de86 = value;
        break;
      case 87:
        message.de87 = value;
        break;
      case 88:
        message.de88 = value;
        break;
      case 89:
        message.de89 = value;
        break;
      case 90:
        message.de90 = value;
        break;
      case 91:
        message.de91 = value;
        break;
      case 92:
        message.de92 = value;
        break;
      case 93:
        message.de93 = value;
        break;
      case 94:
        message.de94 = value;
        break;
      case 95:
        message.de95 = value;
        break;
      case 96:
        message.de96 = value;
        break;
      case 97:
        message.de97 = value;
        break;
      case 98:
        message.de98 = value;
        break;
      case 99:
        message.de99 = value;
        break;
      case 100:
        message.de100 = value;
        break;
      case 101:
        message.de101 = value;
        break;
      case 102:
        message.de102 = value;
        break;
      case 103:
        message.de103 = value;
        break;
      case 104:
        message.de104 = value;
        break;
      case 105:
        message.de105 = value;
        break;
      case 106:
        message.de106 = value;
        break;
      case 107:
        message.de107 = value;
        break;
      case 108:
        message.de108 = value;
        break;
      case 109:
        message.de109 = value;
        break;
      case 110:
        message.de110 = value;
        break;
      case 111:
        message.de111 = value;
        break;
      case 112:
        message.de112 = value;
        break;
      case 113:
        message.de113 = value;
        break;
      case 114:
        message.de114 = value;
        break;
      case 115:
        message.de115 = value;
        break;
      case 116:
        message.de116 = value;
        break;
      case 117:
        message.de117 = value;
        break;
      case 118:
        message.de118 = value;
        break;
      case 119:
        message.de119 = value;
        break;
      case 120:
        message.de120 = value;
        break;
      case 121:
        message.de121 = value;
        break;
      case 122:
        message.de122 = value;
        break;
      case 123:
        message.de123 = value;
        break;
      case 124:
        message.de124 = value;
        break;
      case 125:
        message.de125 = value;
        break;
      case 126:
        message.de126 = value;
        break;
      case 127:
        message.de127 = value;
        break;
      case 128:
        message.de128 = value;
        break;
      default:
        message[`de${numbers[i]}`] = value;
    }
  }
}
