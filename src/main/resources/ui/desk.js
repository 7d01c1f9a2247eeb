// What pages do with script: they stay live, move by keys, and draw. Each works without it.
'use strict';
(() => {
  const body = document.body;
  const $ = (selector, root) => (root || document).querySelector(selector);
  const $$ = (selector, root) => Array.from((root || document).querySelectorAll(selector));

  // Live: one stream while the page is seen, none while it is hidden; after a refusal the page asks every five seconds.
  const live = $('#live');
  let stream = null, poll = null, heard = 0, refused = false;

  function state(kind, text) {
    if (live && live.textContent !== text) { live.textContent = text; live.dataset.state = kind; }
  }

  function busy(part) {
    return part.contains(document.activeElement) && document.activeElement.matches('input,textarea,select')
      || $('.htmx-request', part) !== null;
  }

  function told(versions) {
    heard = Date.now();
    body.classList.toggle('stale', versions.failed);
    for (const part of $$('[data-part]')) {
      // A field in it that somebody fills in stays as it is; the next version comes when it is left.
      if (part.dataset.version !== versions[part.dataset.part] && !busy(part)) {
        part.dataset.version = versions[part.dataset.part];
        htmx.ajax('GET', part.dataset.from, {target: part, swap: 'outerHTML'});
      }
    }
  }

  function ask() {
    fetch('/ui/live', {headers: {'HX-Request': 'true'}}).then(answer => {
      if (answer.status === 401) { location.href = '/ui/login'; }
      return answer.ok ? answer.json() : Promise.reject(answer.status);
    }).then(told).catch(() => {});
  }

  function listen() {
    if (refused) { poll = poll || setInterval(ask, 5000); ask(); return; }
    stream = new EventSource(body.dataset.live);
    stream.addEventListener('versions', event => told(JSON.parse(event.data)));
    stream.onerror = () => {
      if (stream && stream.readyState === EventSource.CLOSED) { refused = true; rest(); listen(); }
    };
  }

  function rest() {
    if (stream) { stream.close(); stream = null; }
    if (poll) { clearInterval(poll); poll = null; }
  }

  function tick() {
    const age = Math.round((Date.now() - heard) / 1000);
    if (heard && age < (refused ? 15 : 5)) {
      state('on', (refused ? 'live, asked every 5 s' : 'live')
        + (body.classList.contains('stale') ? ', but the node cannot read its database' : ''));
    } else if (heard) {
      state('lost', 'not live: reconnecting, ' + age + ' s without news');
    }
    for (const time of $$('time[datetime]')) {
      const ago = $('.ago', time);
      const text = ago && relative(Date.parse(time.dateTime));
      if (ago && ago.textContent !== text) { ago.textContent = text; }
    }
  }

  function relative(at) {
    const passed = Math.round((Date.now() - at) / 1000);
    const span = Math.abs(passed);
    const words = span < 90 ? span + ' s' : span < 5400 ? Math.floor(span / 60) + ' min'
      : span < 86400 ? Math.floor(span / 3600) + ' h ' + Math.floor(span % 3600 / 60) + ' min'
        : Math.floor(span / 86400) + ' d';
    return span < 1 ? 'just now' : passed < 0 ? 'in ' + words : words + ' ago';
  }

  if (body.dataset.live) {
    state('lost', 'not live yet');
    document.addEventListener('visibilitychange', () => { rest(); if (!document.hidden) { listen(); } });
    addEventListener('pagehide', rest);
    if (!document.hidden) { listen(); }
    setInterval(tick, 1000);
  }

  // What is copied is beside the button, for who has no script. Browsers give the clipboard to https
  // and localhost only.
  $$('[data-copy]').forEach(button => { button.hidden = false; });
  function copy(button) {
    const done = () => { button.textContent = 'Copied'; };
    if (navigator.clipboard) { navigator.clipboard.writeText(button.dataset.copy).then(done); return; }
    const area = document.createElement('textarea');
    area.value = button.dataset.copy;
    button.after(area);
    area.select();
    if (document.execCommand('copy')) { done(); }
    area.remove();
    button.focus();
  }

  // Notes stay until somebody takes them away.
  const dismissable = root => $$('[data-dismiss]', root).forEach(button => { button.hidden = false; });
  dismissable(document);
  document.addEventListener('htmx:afterSettle', event => { dismissable(event.target); draw(); });
  document.addEventListener('click', event => {
    if (event.target.matches('[data-dismiss]')) { event.target.closest('.note').remove(); }
    if (event.target.matches('[data-copy]')) { copy(event.target); }
  });

  // Typing a result chooses it.
  document.addEventListener('input', event => {
    const radio = event.target.dataset.chooses && document.getElementById(event.target.dataset.chooses);
    if (radio) { radio.checked = true; }
  });

  // Half-filled forms are not left by accident.
  let touched = false;
  document.addEventListener('input', event => { if (event.target.closest('form[data-keep]')) { touched = true; } });
  document.addEventListener('submit', () => { touched = false; });
  addEventListener('beforeunload', event => { if (touched) { event.preventDefault(); } });

  // Keys. Whoever speaks to the browser, or hits some by chance, switches them off on the help page.
  let went = 0;
  const keys = {off: () => localStorage.getItem('keys') === 'off'};
  const typing = target => target.matches('textarea,select')
    || target.matches('input') && !['radio', 'checkbox', 'button', 'submit'].includes(target.type);
  $$('[data-keys]').forEach(button => {
    const said = () => { button.textContent = keys.off() ? 'Switch keys on' : 'Switch keys off in this browser'; };
    button.addEventListener('click', () => {
      localStorage.setItem('keys', keys.off() ? 'on' : 'off');
      said();
    });
    button.hidden = false;
    said();
  });
  document.addEventListener('keydown', event => {
    if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target) || keys.off()) { return; }
    const to = key => {
      const link = $('a[data-key="' + key + '"]');
      if (link) { location.href = link.href; }
      return !!link;
    };
    if (event.key === 'g') { went = Date.now(); return; }
    if (Date.now() - went < 1500 && 'oscmlh'.includes(event.key)) { went = 0; to(event.key); return; }
    if (event.key === '/') {
      const search = $('input[type=search]');
      if (search) { event.preventDefault(); search.focus(); }
      return;
    }
    // A deed of the row that has the focus goes before one of the page, and both before a move.
    const row = event.target.closest('[data-deeds]');
    const deed = /^[a-z]$/.test(event.key) && (row && $('[data-rowdeed="' + event.key + '"]', row)
      || $('[data-deed="' + event.key + '"]'));
    // A key that is held down decides once, not one conflict after the other.
    if (deed) { if (!event.repeat) { deed.click(); } return; }
    if (event.key === 'e') {
      const field = $('.desk textarea');
      if (field) { event.preventDefault(); field.focus(); }
      return;
    }
    if (event.key === 'x') {
      const box = $('tr[data-at] input[type=checkbox]');
      if (box) { box.checked = !box.checked; }
      return;
    }
    if ('?np'.includes(event.key)) { to(event.key); return; }
    if ('jk'.includes(event.key)) {
      if (!to(event.key === 'j' ? 'n' : 'p')) { move(event.key === 'j' ? 1 : -1); }
      return;
    }
    if (event.key === 'Enter' && event.target === body) {
      const link = $('tr[data-at] a');
      if (link) { location.href = link.href; }
    }
  });
  $$('[data-all]').forEach(all => {
    all.hidden = false;
    all.addEventListener('change', () => $$('input[name=id]', all.closest('form'))
      .forEach(box => { box.checked = all.checked; }));
  });

  // In a row with deeds, the focus goes along: its keys are those of the row that has it.
  function move(by) {
    const rows = $$('table[data-rows] tbody tr');
    const at = rows.findIndex(row => row.hasAttribute('data-at') || row.contains(document.activeElement));
    const next = rows[Math.max(0, Math.min(rows.length - 1, at + by))];
    if (!next) { return; }
    rows.forEach(row => row.removeAttribute('data-at'));
    const button = next.hasAttribute('data-deeds') && $('button', next);
    if (button) { button.focus(); } else { next.setAttribute('data-at', ''); }
    next.scrollIntoView({block: 'nearest'});
  }

  // Charts: the numbers of the table beside them.
  function draw() {
    const place = $('#plots');
    if (!place || place.dataset.drawn || !window.uPlot) { return; }
    place.dataset.drawn = 'yes';
    const plots = $$('[data-plot]', place).map(div => ({div: div, plot: null}));
    const asked = () => fetch('/ui/trend', {headers: {'HX-Request': 'true'}})
      .then(answer => answer.ok ? answer.json() : null);
    const look = () => asked().then(trend => {
      if (!trend) { return; }
      const style = getComputedStyle(body);
      const colour = name => style.getPropertyValue(name).trim();
      for (const one of plots) {
        const lines = trend[one.div.dataset.plot];
        const data = [trend.at].concat(lines.map(line => line.values));
        const names = lines.map(line => line.name).join();
        if (!one.plot || one.names !== names) {
          if (one.plot) { one.plot.destroy(); }
          const colours = ['--acc', '--ok', '--warn', '--bad', '--mut'].map(colour);
          const axis = {stroke: style.color, grid: {stroke: colour('--line')}, ticks: {show: false}};
          one.names = names;
          one.plot = new uPlot({width: one.div.clientWidth || 320, height: 200, cursor: {drag: {x: false, y: false}},
            axes: [axis, Object.assign({size: 60}, axis)],
            series: [{}].concat(lines.map((line, i) => ({label: line.name, stroke: colours[i % 5], width: 2})))},
            data, one.div);
        } else { one.plot.setData(data); }
      }
    }).catch(() => {});
    look();
    setInterval(() => { if (!document.hidden) { look(); } }, 15000);
    addEventListener('resize', () => plots.forEach(
      one => one.plot && one.plot.setSize({width: one.div.clientWidth, height: 200})));
  }
  draw();
})();
