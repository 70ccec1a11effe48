// Action codes of ISO 8583:1993 (DE 39, table A.1) and the response codes of 1987 that mean the same.
import { findResponseCode } from 'iso8583-js';

/**
 * What an action code says of a payment, in the codes of 1987. Only codes that answer a request for a payment stand
 * here: 300, 400, 500, 600, 800, 900 and 901 acknowledge something else, and approve nothing.
 */
const responseCodes: Readonly<Record<string, string>> = {
  '000': '00',
  '001': '08',
  '002': '10',
  '003': '11',
  '004': '16',
  '005': '00',
  '006': '10',
  '007': '00',
  '100': '05',
  '101': '54',
  '102': '59',
  '103': '60',
  '104': '62',
  '105': '66',
  '106': '75',
  '107': '01',
  '108': '02',
  '109': '03',
  '110': '13',
  '111': '14',
  '112': '55',
  '113': '23',
  '114': '52',
  '115': '40',
  '116': '51',
  '117': '55',
  '118': '56',
  '119': '57',
  '120': '58',
  '121': '61',
  '122': '63',
  '123': '65',
  '124': '93',
  '125': '05',
  '126': '96',
  '127': '96',
  '128': '96',
  '129': '59',
  '200': '04',
  '201': '33',
  '202': '34',
  '203': '35',
  '204': '36',
  '205': '37',
  '206': '38',
  '207': '07',
  '208': '41',
  '209': '43',
  '210': '34',
  '902': '12',
  '903': '19',
  '904': '30',
  '905': '92',
  '906': '90',
  '907': '91',
  '908': '92',
  '909': '96',
  '910': '91',
  '911': '91',
  '912': '91',
  '913': '94',
  '914': '25',
  '915': '95',
  '916': '96',
  '917': '96',
  '918': '96',
  '919': '96',
  '920': '96',
  '921': '96',
  '922': '96',
  '923': '09',
  '940': '03',
  '950': '12',
};

/** What acknowledges a message by its class: file, reversal, reconciliation, administrative, fee, network. */
const accepted: Readonly<Record<string, string>> = {
  '3': '300',
  '4': '400',
  '5': '500',
  '6': '600',
  '7': '700',
  '8': '800',
};

/** Action codes of refusals that are not the first of the table with that meaning. */
const actions: Readonly<Record<string, string>> = {
  '12': '902',
  '25': '914',
  '30': '904',
  '40': '115',
  '96': '909',
};

/**
 * The code of 1987 for the action code of an answer to a payment; a code that answers no payment stays as it is, so
 * that nothing is concluded from it.
 *
 * @example responseCodeOf('116') // '51'
 */
export function responseCodeOf(action: string): string {
  return responseCodes[action] ?? action;
}

/**
 * The action code of an answer of ours to a host's message.
 *
 * @example actionCodeOf('0810', '00') // '800'
 */
export function actionCodeOf(mti: string, responseCode: string): string {
  if (findResponseCode(responseCode)?.class === 'approved') {
    // An advice of a payment is acknowledged without taking liability for it.
    return accepted[mti[1]] ?? (mti[2] === '3' ? '900' : '000');
  }
  const listed = Object.entries(responseCodes).find(([, code]) => code === responseCode);
  return actions[responseCode] ?? listed?.[0] ?? '909';
}
