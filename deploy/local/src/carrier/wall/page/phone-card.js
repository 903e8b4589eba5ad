import { showApps } from './apps.js';
import { clock, duration, showThread } from './thread.js';

const keys = ['1', '2', '3', '4', '5', '6', '7', '8', '9', '*', '0', '#'];
const keyNames = { '*': 'star', '#': 'hash' };
const states = { off: 'Switched off', busy: 'Engaged', ringing: 'Ringing', 'in-progress': 'On a call', on: '' };

/** One phone on the wall: `show` brings it to a state the carrier told, `tick` moves its call timer. */
export function createPhoneCard(id, number) {
  const element = document.querySelector('#phone-template').content.firstElementChild.cloneNode(true);
  const find = (selector) => element.querySelector(selector);
  const article = find('.phone');
  const title = find('h2');
  title.id = `phone-${id.replace(/\W/g, '')}`;
  article.setAttribute('aria-labelledby', title.id);
  const input = find('.reply input');
  input.id = `reply-${id.replace(/\W/g, '')}`;
  find('.reply label').htmlFor = input.id;
  find('.number').textContent = number ?? 'no phone number';
  find('.thread').hidden = number === null;
  find('.reply').hidden = number === null;
  // They scroll, so they must be reachable without a mouse.
  for (const scroller of ['.apps', '.words', '.thread']) find(scroller).tabIndex = 0;
  let call;
  /** The call whose keypad takes the focus once it is there. */
  let answeredHere;

  async function act(action, body) {
    const trouble = find('.trouble');
    trouble.textContent = '';
    try {
      const response = await fetch(`/wall/phones/${encodeURIComponent(id)}/${action}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      });
      const said = await response.json();
      if (response.ok && said.taken !== false) return true;
      trouble.textContent = said.error ?? 'That was not taken. Press again.';
    } catch {
      trouble.textContent = 'The phone wall cannot be reached.';
    }
    return false;
  }

  for (const key of keys) {
    const button = document.createElement('button');
    button.type = 'button';
    button.className = 'key';
    button.textContent = key;
    button.setAttribute('aria-label', keyNames[key] ?? key);
    button.addEventListener('click', () => act('press', { digit: key, callSid: call?.sid }));
    find('.keypad').append(button);
  }
  find('.call').addEventListener('keydown', (event) => {
    if (!keys.includes(event.key) || event.ctrlKey || event.metaKey || event.altKey || call?.status !== 'in-progress')
      return;
    event.preventDefault();
    act('press', { digit: event.key, callSid: call.sid });
  });
  find('.answer').addEventListener('click', async () => {
    answeredHere = call?.sid;
    if (!(await act('answer', { callSid: call?.sid }))) answeredHere = undefined;
  });
  find('.hang-up').addEventListener('click', () => act('hang-up', { callSid: call?.sid }));
  find('.reply').addEventListener('submit', async (event) => {
    event.preventDefault();
    const text = input.value.trim();
    if (text !== '' && (await act('reply', { text }))) input.value = '';
  });

  function showCall(focused) {
    const panel = find('.call');
    panel.hidden = !call;
    if (!call) {
      if (focused) title.focus({ preventScroll: true });
      return;
    }
    const talking = call.status === 'in-progress';
    panel.dataset.status = call.status;
    find('.caller-text').textContent = `${talking ? 'Call from' : 'Ringing:'} ${call.from}`;
    find('.keypad').hidden = !talking;
    find('.words').hidden = !talking;
    find('.answer').hidden = talking;
    find('.hang-up').textContent = talking ? 'Hang up' : 'Decline';
    find('.keypad').dataset.listening = call.listening;
    find('.key-hint').textContent = talking ? keyHint(call) : '';
    showWords(find('.lines'), call);
    tick();
    if (talking && answeredHere === call.sid) {
      answeredHere = undefined;
      find('.key').focus({ preventScroll: true });
    }
  }

  function tick() {
    const answeredAt = call?.answeredAt;
    find('.timer').textContent = answeredAt ? duration(Date.now() - answeredAt) : '';
  }

  return {
    element,
    tick,
    show(phone) {
      const focused = find('.call').contains(document.activeElement);
      call =
        phone.calls.find((each) => each.status === 'in-progress') ??
        phone.calls.find((each) => each.status === 'ringing');
      const state = call?.status ?? phone.state;
      title.tabIndex = -1;
      title.textContent = phone.name ?? phone.id;
      title.title = title.textContent;
      find('.number').hidden = phone.number === title.textContent;
      find('.reply label').textContent = `Text back from ${title.textContent}`;
      find('.thread').setAttribute('aria-label', `Messages and calls of ${title.textContent}`);
      find('.apps').setAttribute('aria-label', `Push and chat of ${title.textContent}`);
      find('.state').textContent = states[state] ?? '';
      article.dataset.state = state;
      showApps(find('.apps'), phone.apps, (pressed) => act('tap', pressed));
      showCall(focused);
      showThread(find('.thread ol'), phone, call);
    },
  };
}

function keyHint({ listening, digits }) {
  const pressed = digits === '' ? '' : `Pressed ${[...digits].join(' ')}. `;
  return pressed + (listening ? 'Waiting for a key.' : 'No key is asked for.');
}

/** Adds only what is new, so that a screen reader reads each sentence once. */
function showWords(log, call) {
  if (log.dataset.sid !== call.sid) {
    log.replaceChildren();
    log.dataset.sid = call.sid;
  }
  for (const words of call.spoken.slice(log.childElementCount)) {
    const line = document.createElement('p');
    line.className = 'line';
    line.textContent = words;
    log.append(line);
  }
  log.title = call.answeredAt ? `Answered at ${clock(call.answeredAt)}` : '';
}
