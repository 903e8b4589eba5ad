import { createPhoneCard } from './phone-card.js';

/** The page: one card a phone, kept as the carrier's events tell it. */

const wall = document.querySelector('#wall');
const cards = new Map();
const phones = new Map();

/** People's own phones first, by name; then numbers without a name. */
function order(a, b) {
  return Number(b.name !== null) - Number(a.name !== null) || (a.name ?? a.id).localeCompare(b.name ?? b.id);
}

function show(phone) {
  const before = phones.get(phone.id);
  phones.set(phone.id, phone);
  const known = cards.get(phone.id);
  const card = known ?? createPhoneCard(phone.id, phone.number);
  cards.set(phone.id, card);
  if (!known || before?.name !== phone.name) {
    const next = [...phones.values()].filter((other) => order(phone, other) < 0).sort(order)[0];
    wall.insertBefore(card.element, next ? cards.get(next.id).element : null);
  }
  card.show(phone);
  if (before) announce(before, phone);
  count();
}

function announce(before, phone) {
  const who = phone.name ?? phone.id;
  const had = new Set(before.messages.map((message) => message.sid));
  const news = phone.messages.filter((message) => !message.mine && !had.has(message.sid));
  if (news.length > 0) document.querySelector('#spoken-news').textContent = `${who} got: ${news.at(-1).body}`;
  const shown = new Set(before.apps.map((one) => JSON.stringify(one)));
  const seen = phone.apps.filter((one) => !shown.has(JSON.stringify(one))).at(-1);
  if (seen)
    document.querySelector('#spoken-news').textContent = `${who} sees in ${seen.appName}: ${seen.title}. ${seen.body}`;
  const rang = new Set(before.calls.filter((call) => call.status === 'ringing').map((call) => call.sid));
  const rings = phone.calls.some((call) => call.status === 'ringing' && !rang.has(call.sid));
  if (rings) document.querySelector('#urgent-news').textContent = `${who}'s phone rings.`;
}

function count() {
  const having = (status) =>
    [...phones.values()].filter((phone) => phone.calls.some((call) => call.status === status)).length;
  const ringing = having('ringing');
  document.querySelector('#ringing-count').textContent = ringing;
  document.querySelector('#talking-count').textContent = having('in-progress');
  document.querySelector('#phone-count').textContent = phones.size;
  document.querySelector('#empty').hidden = phones.size > 0;
  document.title = ringing > 0 ? `(${ringing}) Phone wall` : 'Phone wall';
}

function feedState(text, live) {
  const state = document.querySelector('#feed-state');
  state.textContent = text;
  state.dataset.live = live;
}

const feed = new EventSource('/wall/events');
feed.addEventListener('hello', (event) => {
  feedState('Live', true);
  if (!JSON.parse(event.data).resumed) {
    for (const card of cards.values()) card.element.remove();
    cards.clear();
    phones.clear();
  }
  count();
});
feed.addEventListener('phone', (event) => show(JSON.parse(event.data)));
feed.addEventListener('error', () => feedState('Reconnecting', false));

setInterval(() => {
  for (const card of cards.values()) card.tick();
}, 1000);
