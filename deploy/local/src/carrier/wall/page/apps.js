import { clock } from './thread.js';

/** What apps show on the phone, newest first. What did not change stays in place, and keeps the focus. */
export function showApps(list, messages, tap) {
  const present = new Map([...list.children].map((item) => [item.dataset.key, item]));
  const wanted = messages.toSorted((a, b) => b.at - a.at).map((one) => ({ one, key: JSON.stringify(one) }));
  for (const [key, item] of present) if (!wanted.some((each) => each.key === key)) item.remove();
  wanted.forEach(({ one, key }, index) => {
    const item = present.get(key) ?? build(one, key, tap);
    if (list.children[index] !== item) list.insertBefore(item, list.children[index] ?? null);
  });
  list.hidden = wanted.length === 0;
}

function build(message, key, tap) {
  const { app, appName, id, place, title, body, at, actions } = message;
  const item = element('li', 'app-message');
  item.dataset.key = key;
  item.dataset.asks = actions.length > 0;
  const head = element('p', 'from', place === '' ? appName : `${appName}, in ${place}`);
  const time = element('time', '', clock(at));
  time.dateTime = new Date(at).toISOString();
  head.append(' ', time);
  item.append(head, element('strong', '', title), element('p', '', body));
  if (actions.length === 0) return item;
  const buttons = element('div', 'app-actions');
  for (const { action, title: name } of actions) {
    const button = element('button', '', name);
    button.type = 'button';
    button.dataset.action = action;
    button.setAttribute('aria-label', `${name} ${title}, ${appName}`);
    button.addEventListener('click', async () => {
      for (const each of buttons.children) each.disabled = true;
      await tap({ app, message: id, action });
      for (const each of buttons.children) each.disabled = false;
    });
    buttons.append(button);
  }
  item.append(buttons);
  return item;
}

function element(tag, className, textContent = '') {
  return Object.assign(document.createElement(tag), { className, textContent });
}
