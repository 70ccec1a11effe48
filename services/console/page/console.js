// The page: asks the API every two seconds while it is seen, and shows what it says; text only, no markup from data.
import { moneyText, wordOf } from './words.js';
import { languages } from './words/languages.js';

const pollMs = 2000;
const shownMax = 50;
const icons = {
  approved: '✓',
  declined: '✕',
  pending: '…',
  reversing: '↺',
  reversed: '↩',
  advising: '→',
  manual: '!',
};

const byId = (id) => document.getElementById(id);
const state = {
  language: firstLanguage(),
  paused: false,
  payments: [],
  unresolved: [],
  link: 'offline',
  updated: undefined,
};

function firstLanguage() {
  const wanted = [localStorage.getItem('language'), navigator.language.split('-')[0], 'en'];
  return wanted.find((code) => Object.hasOwn(languages, code ?? ''));
}

const language = () => languages[state.language];

// The token comes in the fragment, which no server ever sees, and leaves the address at once.
function takeToken() {
  const given = /^#token=(.+)$/.exec(location.hash)?.[1];
  if (given !== undefined) {
    sessionStorage.setItem('token', decodeURIComponent(given));
    history.replaceState(null, '', location.pathname);
  }
  return sessionStorage.getItem('token');
}

async function ask(path) {
  const token = takeToken();
  const headers = token === null ? {} : { authorization: `Bearer ${token}` };
  const answer = await fetch(path, { headers, signal: AbortSignal.timeout(8000) });
  if (answer.status === 401) throw new DOMException('', 'NotAllowedError');
  if (!answer.ok) throw new Error(`answered ${answer.status}`);
  return answer.json();
}

const word = (key, blanks) => wordOf(language(), key, blanks);

function element(name, properties = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(properties)) {
    if (key.includes('-') || key === 'class')
      made.setAttribute(key === 'class' ? 'class' : key, value);
    else made[key] = value;
  }
  made.append(...children);
  return made;
}

function timeText(iso, style = { timeStyle: 'medium' }) {
  return new Intl.DateTimeFormat(language().locale, style).format(new Date(iso));
}

function outcomeOf(payment) {
  const icon = element('span', { 'aria-hidden': 'true' }, `${icons[payment.outcome] ?? '?'} `);
  const text = word(`outcome.${payment.outcome}`);
  const code = payment.responseCode === null ? '' : ` ${payment.responseCode}`;
  return element('span', { class: `outcome outcome-${payment.outcome}` }, icon, text + code);
}

const columns = [
  ['payment', (payment) => opener(payment)],
  ['time', (payment) => timeText(payment.openedAt)],
  [
    'amount',
    (payment) => moneyText(language(), payment.approvedAmount ?? payment.amount),
    'amount',
  ],
  ['outcome', outcomeOf],
  ['kind', (payment) => word(`kind.${payment.kind}`)],
  ['card', (payment) => payment.card],
  ['terminal', (payment) => payment.terminalId],
  ['host', (payment) => payment.host ?? '–'],
];

function opener(payment) {
  const button = element('button', { type: 'button', 'data-id': payment.id }, payment.id);
  button.setAttribute('aria-label', word('paymentTitle', { id: payment.id }));
  button.addEventListener('click', () => showDetail(payment.id));
  return button;
}

function tableOf(payments, caption) {
  const heads = columns.map(([key, , kind]) =>
    element('th', { scope: 'col', class: kind ?? '' }, word(key)),
  );
  const rows = payments.map((payment) =>
    element(
      'tr',
      {},
      ...columns.map(([key, cell, kind]) =>
        element('td', { class: kind ?? '', 'data-label': word(key) }, cell(payment)),
      ),
    ),
  );
  return element(
    'table',
    {},
    element('caption', {}, caption),
    element('thead', {}, element('tr', {}, ...heads)),
    element('tbody', {}, ...rows),
  );
}

// The button that has the focus keeps it when its row is drawn again.
function drawTable(place, payments, caption) {
  const focused = place.contains(document.activeElement)
    ? document.activeElement.dataset.id
    : undefined;
  place.replaceChildren(...(payments.length === 0 ? [] : [tableOf(payments, caption)]));
  if (focused !== undefined) place.querySelector(`[data-id="${CSS.escape(focused)}"]`)?.focus();
}

function draw() {
  document.documentElement.lang = language().locale;
  for (const node of document.querySelectorAll('[data-word]')) {
    node.textContent = word(node.dataset.word);
  }
  byId('pause').textContent = word(state.paused ? 'resume' : 'pause');
  byId('pause').setAttribute('aria-pressed', String(state.paused));
  byId('language').value = state.language;
  // Only a change of the link is announced; the time beside it is not in the live region.
  const link = word(state.paused ? 'paused' : state.link);
  if (byId('link').textContent !== link) byId('link').textContent = link;
  const time = state.updated === undefined ? undefined : timeText(state.updated);
  byId('updated').textContent = time === undefined ? '' : word('updated', { time });
  const count = state.payments.length;
  byId('payments-none').hidden = state.updated === undefined || count > 0;
  byId('unresolved-none').hidden = state.updated === undefined || state.unresolved.length > 0;
  drawTable(byId('payments'), state.payments, word('paymentsCaption', { count }));
  drawTable(byId('unresolved-list'), state.unresolved, word('unresolvedCaption'));
}

function listOf(pairs) {
  return element(
    'dl',
    {},
    ...pairs.flatMap(([name, value]) => [element('dt', {}, name), element('dd', {}, value)]),
  );
}

function detailOf(payment) {
  const facts = [
    [word('outcome'), outcomeOf(payment)],
    [word('amount'), moneyText(language(), payment.amount)],
    [word('time'), timeText(payment.openedAt, { dateStyle: 'medium', timeStyle: 'long' })],
    [word('businessDate'), payment.businessDate],
    [word('card'), payment.card],
    [word('scheme'), payment.scheme ?? '–'],
    [word('terminal'), payment.terminalId],
    [word('merchant'), payment.acceptorId],
    [word('host'), payment.host ?? '–'],
    [word('code'), payment.responseCode ?? '–'],
    [word('approval'), payment.approvalCode ?? '–'],
    [word('reference'), payment.retrievalReference ?? '–'],
  ];
  const life = payment.events.map((event) =>
    element('li', {}, `${timeText(event.at)}  ${event.state}  ${event.event}`),
  );
  const postings = payment.bookings.flatMap((booking) =>
    booking.postings.map((posting) => [
      `${posting.accountCode} ${posting.accountName ?? ''} ${posting.accountScope}`,
      moneyText(language(), posting.amount),
    ]),
  );
  return [
    listOf(facts),
    element('h3', {}, word('life')),
    element('ol', {}, ...life),
    element('h3', {}, word('bookings')),
    postings.length === 0 ? element('p', {}, '–') : listOf(postings),
  ];
}

async function showDetail(id) {
  byId('detail-title').textContent = word('paymentTitle', { id });
  byId('detail-body').replaceChildren('…');
  byId('detail').showModal();
  try {
    byId('detail-body').replaceChildren(
      ...detailOf(await ask(`/v1/payments/${encodeURIComponent(id)}`)),
    );
  } catch {
    byId('detail-body').replaceChildren(word('notFound'));
  }
}

async function refresh() {
  try {
    const [payments, unresolved] = await Promise.all([
      ask(`/v1/payments?limit=${shownMax}`),
      ask(`/v1/unresolved?limit=${shownMax}`),
    ]);
    Object.assign(state, { payments: payments.data, unresolved: unresolved.data, link: 'live' });
    state.updated = new Date().toISOString();
  } catch (error) {
    state.link = error.name === 'NotAllowedError' ? 'unauthorized' : 'offline';
  }
  draw();
}

async function poll() {
  if (!state.paused && !document.hidden) await refresh();
  setTimeout(() => void poll(), pollMs);
}

byId('pause').addEventListener('click', () => {
  state.paused = !state.paused;
  draw();
});
byId('language').addEventListener('change', (event) => {
  state.language = event.target.value;
  localStorage.setItem('language', state.language);
  draw();
});
byId('language').append(
  ...Object.entries(languages).map(([code, { name, locale }]) =>
    element('option', { value: code, lang: locale }, name),
  ),
);
draw();
void poll();
