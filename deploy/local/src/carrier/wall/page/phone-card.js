import { showNotifications } from './notifications.js';
import { clock, duration, showThread } from './thread.js';

const keys = ['1', '2', '3', '4', '5', '6', '7', '8', '9', '*', '0', '#'];
const keyNames = { '*': 'star', '#': 'hash' };
const states = { off: 'Switched off', busy: 'Engaged', ringing: 'Ringing', 'in-progress': 'On a call', on: '' };

/** One phone on the wall: `show` brings it to a state the carrier told, `tick` moves its call timer. */
export function createPhoneCard(number) {
  const element = document.querySelector('#phone-template').content.firstElementChild.cloneNode(true);
  const find = (selector) => element.querySelector(selector);
  const article = find('.phone');
  const title = find('h2');
  title.id = `phone-${number.slice(1)}`;
  article.setAttribute('aria-labelledby', title.id);
  const input = find('.reply input');
  input.id = `reply-${number.slice(1)}`;
  find('.reply label').htmlFor = input.id;
  find('.number').textContent = number;
  // Both scroll, so both must be reachable without a mouse.
  find('.words').tabIndex = 0;
  find('.thread').tabIndex = 0;
  let call;
  /** The call whose keypad takes the focus once it is there. */
  let answeredHere;

  async function act(action, body) {
    const trouble = find('.trouble');
    trouble.textContent = '';
    try {
      const response = await fetch(`/wall/phones/${encodeURIComponent(number)}/${action}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      });
      if (response.ok) return true;
      trouble.textContent = (await response.json()).error;
    } catch {
      trouble.textContent = 'The carrier does not answer.';
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
      title.textContent = phone.name ?? phone.number;
      title.title = title.textContent;
      find('.number').hidden = phone.name === null;
      find('.reply label').textContent = `Text back from ${phone.name ?? phone.number}`;
      find('.thread').setAttribute('aria-label', `Messages and calls of ${phone.name ?? phone.number}`);
      find('.state').textContent = states[state] ?? '';
      article.dataset.state = state;
      showNotifications(find('.notifications'), phone.notifications, (tag, action) =>
        act('notification', { tag, action }),
      );
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
