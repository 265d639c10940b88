(function () {
  var root = document.documentElement, button = document.getElementById('language');
  function speak(language) {
    var en = language === 'en';
    root.dataset.language = en ? 'en' : 'zh';
    root.lang = en ? 'en' : 'zh-CN';
    button.textContent = en ? '中文' : 'English';
    button.lang = en ? 'zh-CN' : 'en';
    document.querySelectorAll('[data-zh]').forEach(function (one) {
      var words = en ? one.dataset.en : one.dataset.zh;
      if (one.placeholder !== undefined) one.placeholder = words; else one.textContent = words;
    });
  }
  button.addEventListener('click', function () { speak(root.dataset.language === 'zh' ? 'en' : 'zh'); });
  var asked = /[?&]lang=(zh|en)\b/.exec(location.search);
  speak(asked ? asked[1] : root.dataset.language);

  function open() {
    var name = location.hash.slice(1), part = /^(of|pack)-(.+)$/.exec(name);
    if (name === 'en' || name === 'zh') return speak(name);
    if (part && list) return list(part[1] === 'of' ? part[2] : '', part[1] === 'pack' ? part[2] : '');
    var row = name && document.getElementById(name), details = row && row.querySelector('details');
    if (details) details.open = true;
  }
  var list;
  window.addEventListener('hashchange', open);
  open();

  var table = document.getElementById('leads');
  if (!table) return;
  var body = table.tBodies[0], rows = Array.prototype.slice.call(body.rows);
  var search = document.getElementById('search'), method = document.getElementById('method');
  var level = document.getElementById('level'), shown = document.getElementById('shown');
  var pack = '';
  function filter() {
    var words = search.value.trim().toLowerCase(), count = 0;
    rows.forEach(function (row) {
      var fits = (!words || row.textContent.toLowerCase().indexOf(words) >= 0) &&
        (!method.value || row.dataset.method === method.value) && (!pack || row.dataset.pack === pack) && (!level.value || row.dataset.level === level.value);
      row.hidden = !fits;
      if (fits) count++;
    });
    shown.textContent = count + ' / ' + rows.length;
  }
  [search, method, level].forEach(function (one) {
    one.addEventListener('input', function () { pack = ''; filter(); });
  });
  list = function (wanted, wantedPack) {
    search.value = level.value = '';
    method.value = wanted;
    pack = wantedPack;
    filter();
    table.closest('.scroll').previousElementSibling.scrollIntoView();
  };
  filter();
  open();

  var heads = Array.prototype.slice.call(table.tHead.rows[0].cells);
  heads.forEach(function (head, column) {
    function value(row) { var cell = row.cells[column]; return cell.dataset.v || cell.textContent; }
    function compare(a, b) {
      return head.dataset.sort === 'n' ? Number(value(a)) - Number(value(b)) : value(a).localeCompare(value(b), 'zh');
    }
    function sort() {
      var up = head.getAttribute('aria-sort') !== 'ascending';
      heads.forEach(function (one) { one.removeAttribute('aria-sort'); });
      head.setAttribute('aria-sort', up ? 'ascending' : 'descending');
      rows.slice().sort(function (a, b) { return up ? compare(a, b) : compare(b, a); })
        .forEach(function (row) { body.appendChild(row); });
    }
    head.addEventListener('click', sort);
    head.addEventListener('keydown', function (event) {
      if (event.key === 'Enter' || event.key === ' ') { event.preventDefault(); sort(); }
    });
  });
  var opened = [];
  window.addEventListener('beforeprint', function () {
    opened = rows.slice(0, 20).map(function (row) { return row.querySelector('details'); })
      .filter(function (one) { return one && !one.open; });
    opened.forEach(function (one) { one.open = true; });
  });
  window.addEventListener('afterprint', function () { opened.forEach(function (one) { one.open = false; }); });
})();
