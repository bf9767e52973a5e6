"""How slides look and what their keys do: one offline page, of which nothing is fetched."""

STYLE = """
:root { color-scheme: light dark; --ink: #1F2933; --ground: #FFFFFF; --faint: #52606D; --rule: #E4E7EB; --mark: #004C99; }
@media (prefers-color-scheme: dark) { :root { --ink: #F2F4F7; --ground: #12161C; --faint: #A8B3BF; --rule: #323A45; --mark: #5BB8F5; } }
* { box-sizing: border-box; }
body { color: var(--ink); background: var(--ground); font: 1rem/1.45 system-ui, sans-serif; margin: 0; padding: 0.6rem; }
h1 { font-size: 1.1rem; margin: 0 0 0.4rem; } h2 { font-size: 1rem; margin: 0.4rem 0; }
section { margin: 0 auto 2rem; max-width: 72rem; }
video, .last { display: block; width: 100%; max-height: 78vh; object-fit: contain; border: 1px solid var(--rule); border-radius: 4px; }
.last { display: none; }
.caption { min-height: 3.1em; margin: 0.5rem auto 0; text-align: center; white-space: pre-line; font-size: 1.15rem; }
.asks .caption::after, .asks h2::after { content: " ?"; color: var(--mark); font-weight: 700; }
.notes { color: var(--faint); margin: 0.4rem 0; }
nav { display: none; }
.live h2, .live .notes { display: none; }
.live section { display: none; margin-bottom: 0; } .live section.now { display: block; }
.live nav { display: flex; gap: 0.6rem; align-items: center; flex-wrap: wrap; max-width: 72rem; margin: 0.4rem auto; }
.live.presenting section.now .notes, .live.presenting section.now h2 { display: block; }
.live.presenting video { max-height: 46vh; }
nav button { font: inherit; color: inherit; background: transparent; border: 1px solid var(--faint); border-radius: 4px; padding: 0.2rem 0.7rem; cursor: pointer; }
nav button[aria-pressed=true] { background: var(--rule); }
nav button:focus-visible, video:focus-visible { outline: 2px solid var(--mark); outline-offset: 2px; }
nav .where { color: var(--faint); } nav .next { color: var(--faint); margin-left: auto; display: flex; gap: 0.5rem; align-items: center; }
nav .next img { display: none; width: 12rem; border: 1px solid var(--rule); } .presenting nav .next img[src] { display: block; }
@media print { nav, video { display: none !important; } section, section .last, .live section, .live section .notes, .live h2 { display: block !important; }
  .caption { display: none; } section { break-inside: avoid; } .notes { color: #000; } }
"""

SCRIPT = """
(() => {
  const page = document.body, slides = [...document.querySelectorAll("section")], find = (name) => document.querySelector(name);
  const words = JSON.parse(find("#words").textContent), still = matchMedia("(prefers-reduced-motion: reduce)").matches;
  let now = -1, on = false, leftOff = 0;
  const film = (n) => slides[n].querySelector("video"), cues = slides.map((slide) => JSON.parse(slide.dataset.cues));
  const done = () => { const video = film(now); return video.ended || video.error !== null || video.readyState === 0 || video.currentTime >= video.duration - 0.05; };
  const say = () => {
    const time = film(now).currentTime, told = cues[now], cue = told.find(([start, end]) => start <= time && time < end) || told[told.length - 1];
    const place = slides[now].querySelector(".caption"), text = cue ? cue[2] : "";
    if (place.textContent !== text) place.textContent = text;
  };
  const show = (n, fromEnd = false) => {
    n = Math.max(0, Math.min(slides.length - 1, n));
    if (now >= 0) { film(now).pause(); slides[now].classList.remove("now"); }
    now = n; slides[n].classList.add("now"); leftOff = 0;
    const video = film(n), next = slides[n + 1];
    find(".where").textContent = `${n + 1} / ${slides.length}`;
    find(".next span").textContent = next ? `${words.next} ${next.dataset.name}` : words.end;
    const picture = find(".next img");
    if (next) picture.src = next.querySelector(".last").src; else picture.removeAttribute("src");
    history.replaceState(null, "", `#${n + 1}`);
    if (fromEnd || still) video.currentTime = video.duration || 1e6;
    else { video.currentTime = 0; video.play().catch(() => {}); }
    say();
  };
  const forward = () => {
    if (!done() && !film(now).paused) { film(now).pause(); film(now).currentTime = film(now).duration; }
    else if (now + 1 < slides.length) show(now + 1);
  };
  const back = () => show(now - 1, true);
  const turn = (name, button) => button.setAttribute("aria-pressed", String(page.classList.toggle(name)));
  slides.forEach((slide, n) => {
    const video = film(n);
    video.controls = false; video.muted = true;
    video.addEventListener("timeupdate", () => { if (n === now) say(); });
    video.addEventListener("ended", () => { if (n === now && on && !slide.classList.contains("asks")) show(n + 1); });
    video.addEventListener("click", forward);
  });
  find(".back").addEventListener("click", back);
  find(".forward").addEventListener("click", forward);
  find(".on").addEventListener("click", (event) => { on = !on; event.currentTarget.setAttribute("aria-pressed", String(on)); if (on && done() && !slides[now].classList.contains("asks")) forward(); });
  find(".presenter").addEventListener("click", (event) => turn("presenting", event.currentTarget));
  addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || (event.key === " " && event.target.tagName === "BUTTON")) return;
    const deeds = { ArrowRight: forward, PageDown: forward, " ": forward, ArrowDown: forward, ArrowLeft: back, PageUp: back, ArrowUp: back,
      Home: () => show(0), End: () => show(slides.length - 1), p: () => find(".presenter").click(), a: () => find(".on").click(),
      f: () => { if (document.fullscreenElement) document.exitFullscreen(); else document.documentElement.requestFullscreen(); } };
    const deed = deeds[event.key];
    if (deed) { event.preventDefault(); deed(); }
  });
  document.querySelectorAll("nav button").forEach((button) => button.addEventListener("click", (event) => { if (event.detail) button.blur(); }));
  page.classList.add("live");
  show((parseInt(location.hash.slice(1), 10) || 1) - 1);
})();
"""
POLICY = (
    "default-src 'none'; img-src data:; media-src data:; style-src 'unsafe-inline'; "
    "script-src 'sha256-{digest}'"
)
CLOSING = """<nav aria-label="{slides_word}">
<button class="back" type="button" title="←">{back}</button>
<button class="forward" type="button" title="→">{forward}</button>
<button class="on" type="button" aria-pressed="false" title="a">{on}</button>
<button class="presenter" type="button" aria-pressed="false" title="p">{presenter}</button>
<span class="where"></span>
<span class="next"><span></span><img alt=""></span>
</nav>
<script type="application/json" id="words">{words}</script>
<script>{script}</script>
"""
SLIDE = """<section class="{asks}" data-name="{name}" data-cues="{cues}" aria-roledescription="slide" aria-label="{number}: {name}">
<h2>{number}. {name}</h2>
<video playsinline muted controls preload="auto" src="data:video/{kind};base64,{film}" poster="data:image/png;base64,{first}" aria-label="{name}"></video>
<img class="last" alt="{name}" src="data:image/png;base64,{last}">
<p class="caption" aria-live="polite"></p>
<p class="notes">{notes}</p>
</section>"""
