"use strict";
(() => {
  const tree = document.querySelector(".tree");
  if (!tree) return;
  const tools = document.querySelector(".tools");
  const input = tools.querySelector("input");
  const said = tools.querySelector("output");
  const nodes = [...tree.querySelectorAll("li[id]")].map((li) => {
    const box = li.firstElementChild;
    const own = [box.querySelector(".nm"), box.querySelector(".ds")];
    return { li, box, text: own.map((part) => part.textContent).join(" ").toLowerCase() };
  });
  const all = tree.querySelector("li.parent") ? "topics and areas" : "topics";
  const rest = nodes.map((node) => node.box.open);
  const openAll = (open) => nodes.forEach((node) => { node.box.open = open; });

  function filter() {
    const words = input.value.trim().toLowerCase().split(/\s+/).filter(Boolean);
    const kept = new Set();
    let hits = 0;
    nodes.forEach((node, i) => {
      node.li.hidden = false;
      node.box.open = rest[i];
      if (!words.length || !words.every((word) => node.text.includes(word))) return;
      hits += 1;
      for (let li = node.li; li; li = li.parentElement.closest("li[id]")) kept.add(li);
    });
    if (words.length) {
      nodes.forEach((node) => {
        node.li.hidden = !kept.has(node.li);
        if (kept.has(node.li) && node.li.classList.contains("parent")) node.box.open = true;
      });
    }
    said.value = words.length ? `${hits} of ${nodes.length} ${all}` : "";
  }

  function follow() {
    const target = location.hash && document.getElementById(location.hash.slice(1));
    if (!target || !tree.contains(target)) return;
    if (input.value) { input.value = ""; filter(); }
    for (let li = target; li; li = li.parentElement.closest("li[id]")) li.firstElementChild.open = true;
    target.scrollIntoView({ block: "start" });
  }

  tools.hidden = false;
  input.addEventListener("input", filter);
  tools.querySelector(".open").addEventListener("click", () => openAll(true));
  tools.querySelector(".shut").addEventListener("click", () => openAll(false));
  let before = [];
  addEventListener("beforeprint", () => { before = nodes.map((node) => node.box.open); openAll(true); });
  addEventListener("afterprint", () => nodes.forEach((node, i) => { node.box.open = before[i]; }));
  addEventListener("hashchange", follow);
  follow();
})();
