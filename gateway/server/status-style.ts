/** The look of the status page, in light and dark, down to the width of a phone. */
export const STATUS_CSS = `:root {
  color-scheme: light dark;
  --page: #f5f6f8; --card: #fff; --ink: #171a21; --dim: #5b6272; --line: #dfe2e8; --accent: #2457d6; --good: #17703f; --bad: #b3261e;
}
@media (prefers-color-scheme: dark) {
  :root { --page: #12141a; --card: #1b1e26; --ink: #e9ebf0; --dim: #a0a7b6; --line: #2e323d; --accent: #86a8ff; --good: #63cf95; --bad: #ff8f85; }
}
* { box-sizing: border-box; }
[hidden] { display: none !important; }
body { margin: 0 auto; max-width: 62rem; padding: 1.5rem 1rem 3rem; font: 15px/1.5 system-ui, sans-serif; background: var(--page); color: var(--ink); }
header { display: flex; flex-wrap: wrap; align-items: center; justify-content: space-between; gap: .25rem 1rem; }
h1 { display: flex; align-items: center; gap: .6rem; margin: 0; font-size: 1.3rem; }
h2 { margin: 2rem 0 .6rem; font-size: 1rem; }
#state { margin: 0; display: flex; align-items: baseline; gap: .5rem; font-weight: 600; }
#state::before { content: ''; flex: none; width: .6rem; height: .6rem; border-radius: 50%; background: currentColor; }
#state.on { color: var(--good); } #state.off { color: var(--bad); }
.note { margin: 1.2rem 0; padding: 1rem 1.2rem; border: 1px solid var(--line); border-radius: .7rem; background: var(--card); }
.note p { margin: 0 0 .8rem; } .note p:last-child { margin: .8rem 0 0; }
#why { font-weight: 600; } .dim { color: var(--dim); font-size: .9rem; }
.field { display: flex; flex-wrap: wrap; align-items: center; gap: .6rem; }
input { flex: 1 1 14rem; min-width: 0; font: inherit; padding: .5rem .7rem; color: inherit; background: var(--page); border: 1px solid var(--dim); border-radius: .4rem; }
button { font: inherit; font-weight: 600; padding: .5rem 1.1rem; color: var(--card); background: var(--accent); border: 0; border-radius: .4rem; cursor: pointer; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
.cards { display: grid; grid-template-columns: repeat(auto-fit, minmax(9.5rem, 1fr)); gap: .8rem; margin: 1.2rem 0 .8rem; }
.cards div, figure, .scroll { border: 1px solid var(--line); border-radius: .7rem; background: var(--card); }
.cards div { display: flex; flex-direction: column-reverse; justify-content: flex-end; padding: .8rem 1rem; }
dt { color: var(--dim); font-size: .85rem; }
dd { margin: 0; font-size: 1.6rem; font-weight: 600; line-height: 1.3; font-variant-numeric: tabular-nums; }
figure { margin: 0; padding: .8rem 1rem; }
svg { display: block; width: 100%; height: 5rem; } #area { fill: var(--accent); opacity: .15; } #curve { fill: none; stroke: var(--accent); stroke-width: 2; vector-effect: non-scaling-stroke; }
figcaption { display: flex; justify-content: space-between; gap: 1rem; margin-top: .4rem; color: var(--dim); font-size: .85rem; }
#peak { white-space: nowrap; }
.scroll { overflow-x: auto; }
table { width: 100%; border-collapse: collapse; font-variant-numeric: tabular-nums; }
th, td { padding: .5rem 1rem; text-align: left; white-space: nowrap; } .n { text-align: right; }
th { color: var(--dim); font-weight: 600; font-size: .85rem; } tbody tr { border-top: 1px solid var(--line); }
td.empty { color: var(--dim); white-space: normal; }
#live.old :is(dd, td) { color: var(--dim); } #live.old #curve { stroke: var(--dim); } #live.old #area { fill: var(--dim); }
footer { margin-top: 2rem; } a { color: var(--accent); } nav a { display: inline-block; margin-right: 1rem; padding: .2rem 0; }
code { font-size: .9em; overflow-wrap: anywhere; }
@media (max-width: 30rem) { .cards { grid-template-columns: 1fr 1fr; } th, td { padding: .5rem .7rem; } dd { font-size: 1.4rem; } }
`;
