const endings = {
  completed: 'Answered call',
  busy: 'Declined call',
  'no-answer': 'Missed call',
  canceled: 'Call withdrawn',
  failed: 'Failed call',
};

export function clock(epochMs) {
  return new Date(epochMs).toLocaleTimeString([], { hour: '2-digit', minute: '2-digit' });
}

export function duration(ms) {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}

/** Texts and ended calls in one line of time. What is there stays in place; the call in progress is shown elsewhere. */
export function showThread(list, phone, current) {
  const entries = [
    ...phone.messages.map((message) => ({ sid: message.sid, at: message.at, build: () => bubble(message) })),
    ...phone.calls
      .filter((call) => call.sid !== current?.sid && call.endedAt)
      .map((call) => ({ sid: call.sid, at: call.endedAt, build: () => callLine(call) })),
  ].sort((a, b) => a.at - b.at);

  const wanted = new Set(entries.map((entry) => entry.sid));
  const present = new Map();
  for (const item of [...list.children]) {
    if (wanted.has(item.dataset.sid)) present.set(item.dataset.sid, item);
    else item.remove();
  }
  entries.forEach((entry, index) => {
    let item = present.get(entry.sid);
    if (!item) {
      item = entry.build();
      item.dataset.sid = entry.sid;
    }
    if (list.children[index] !== item) list.insertBefore(item, list.children[index] ?? null);
  });
  if (entries.length === 0) list.replaceChildren(quiet());
}

function quiet() {
  const item = document.createElement('li');
  item.className = 'quiet';
  item.textContent = 'No texts or calls yet';
  return item;
}

function bubble({ mine, from, to, body, at }) {
  const item = document.createElement('li');
  item.className = mine ? 'bubble mine' : 'bubble';
  const text = paragraph('text', body);
  item.append(text, footnote(at, mine ? `to ${to}` : `from ${from}`));
  return item;
}

function callLine({ status, from, endedAt, answeredAt, spoken, digits }) {
  const item = document.createElement('li');
  item.className = 'past-call';
  item.dataset.status = status;
  const label = endings[status] ?? status;
  const keys = digits === '' ? '' : `, pressed ${[...digits].join(' ')}`;
  item.append(paragraph('ending', answeredAt ? `${label}, ${duration(endedAt - answeredAt)}${keys}` : label));
  if (spoken.length > 0) {
    const details = document.createElement('details');
    const handle = document.createElement('summary');
    handle.textContent = 'What it said';
    details.append(handle, ...spoken.map((words) => paragraph('said', words)));
    item.append(details);
  }
  item.append(footnote(endedAt, `from ${from}`));
  return item;
}

function footnote(at, where) {
  const note = paragraph('footnote', '');
  const time = document.createElement('time');
  time.dateTime = new Date(at).toISOString();
  time.textContent = clock(at);
  note.append(time, ` ${where}`);
  return note;
}

function paragraph(className, textContent) {
  return Object.assign(document.createElement('p'), { className, textContent });
}
