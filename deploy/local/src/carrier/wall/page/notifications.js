import { clock } from './thread.js';

/** What a browser shows on the phone's screen, one an incident, newest first. What did not change stays in place, and keeps the focus. */
export function showNotifications(list, notifications, press) {
  const present = new Map([...list.children].map((item) => [item.dataset.key, item]));
  const wanted = notifications.toReversed().map((one) => ({ one, key: JSON.stringify(one) }));
  for (const [key, item] of present) if (!wanted.some((each) => each.key === key)) item.remove();
  wanted.forEach(({ one, key }, index) => {
    const item = present.get(key) ?? build(one, key, press);
    if (list.children[index] !== item) list.insertBefore(item, list.children[index] ?? null);
  });
  list.hidden = wanted.length === 0;
}

function build({ tag, title, body, at, actions }, key, press) {
  const item = document.createElement('li');
  item.className = 'notification';
  item.dataset.key = key;
  item.dataset.asks = actions.length > 0;
  const head = document.createElement('p');
  head.className = 'from';
  const time = document.createElement('time');
  time.dateTime = new Date(at).toISOString();
  time.textContent = clock(at);
  head.append('Tocsin, push ', time);
  const strong = document.createElement('strong');
  strong.textContent = title;
  const text = document.createElement('p');
  text.textContent = body;
  item.append(head, strong, text);
  if (actions.length > 0) {
    const buttons = document.createElement('div');
    for (const { action, title: name } of actions) {
      const button = document.createElement('button');
      button.type = 'button';
      button.dataset.action = action;
      button.textContent = name;
      button.setAttribute('aria-label', `${name} ${tag}`);
      button.addEventListener('click', async () => {
        for (const each of buttons.children) each.disabled = true;
        await press(tag, action);
        for (const each of buttons.children) each.disabled = false;
      });
      buttons.append(button);
    }
    item.append(buttons);
  }
  return item;
}
