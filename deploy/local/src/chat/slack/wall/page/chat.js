/** The page: one entry a message, newest first, asked for again each second. */

const EVERY_MS = 1_000;
const list = document.querySelector('#posts');
const shown = new Map();

function element(tag, className, text) {
  const made = document.createElement(tag);
  made.className = className;
  if (text !== undefined) made.textContent = text;
  return made;
}

function draw(post) {
  const entry = element('li', post.buttons.length > 0 ? 'post waiting' : 'post');
  const to = element('p', 'to');
  const who = element('span', '');
  who.append(element('strong', '', post.name ?? post.member), post.channel ? ` in ${post.channel}` : '');
  to.append(who, element('time', '', new Date(post.at).toLocaleTimeString()));
  entry.append(to, ...post.lines.map((line) => element('p', line.as, line.text)));
  if (post.buttons.length > 0) {
    const buttons = element('div', 'buttons');
    buttons.append(...post.buttons.map((button) => drawButton(post, button, buttons)));
    entry.append(buttons);
  }
  return entry;
}

function drawButton(post, button, all) {
  const made = element('button', button.style, button.text);
  made.type = 'button';
  made.setAttribute('aria-label', `${button.text}, as ${post.name ?? post.member}`);
  made.addEventListener('click', async () => {
    for (const one of all.children) one.disabled = true;
    const response = await fetch('/wall/press', { method: 'POST', body: `${post.sid} ${button.action}` });
    const { taken } = await response.json();
    if (!taken) announce('It did not work. Press again.');
    await refresh();
    for (const one of all.children) one.disabled = false;
  });
  return made;
}

function announce(text) {
  document.querySelector('#news').textContent = text;
}

async function refresh() {
  const posts = await (await fetch('/wall/posts')).json();
  for (const post of posts) {
    const now = JSON.stringify(post);
    const known = shown.get(post.sid);
    if (known?.said === now) continue;
    const entry = draw(post);
    if (known) known.entry.replaceWith(entry);
    else list.prepend(entry);
    shown.set(post.sid, { said: now, entry });
    announce(`${post.name ?? post.member}: ${post.lines.map((line) => line.text).join(' ')}`);
  }
  document.querySelector('#empty').hidden = posts.length > 0;
  document.querySelector('#post-count').textContent = String(posts.length);
  document.querySelector('#waiting-count').textContent = String(posts.filter((one) => one.buttons.length > 0).length);
}

async function keepFresh() {
  await refresh().catch(() => undefined);
  setTimeout(keepFresh, EVERY_MS);
}

await keepFresh();
