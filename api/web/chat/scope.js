// The chip at the composer that says which documents a question is asked of.

import { byId } from '../core/dom.js';
import { bookTitle } from '../core/format.js';
import { documentTotal } from '../documents/library.js';
import { chooseAll, chosenTitles } from '../documents/selection.js';

function draw() {
  const titles = chosenTitles();
  const total = documentTotal();
  const isPart = titles.length > 0;
  const all = total > 0 ? `全部 ${total} 篇` : '还没有文档';
  byId('scope-text').textContent = isPart ? `只问 ${titles.length} 篇` : all;
  byId('scope').classList.toggle('is-part', isPart);
  byId('scope').hidden = total === null;
  byId('scope-open').title = isPart ? titles.map(bookTitle).join('\n') : '选择在哪些文档里找答案';
  byId('scope-clear').hidden = !isPart;
}

/** @param {() => void} onOpen show the documents, to choose among them */
export function startScope(onOpen) {
  byId('scope-open').addEventListener('click', onOpen);
  byId('scope-clear').addEventListener('click', () => {
    chooseAll();
    byId('scope-open').focus();
  });
  addEventListener('wenqu:selection', draw);
  addEventListener('wenqu:library', draw);
  draw();
}
