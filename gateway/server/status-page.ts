/** The status page: plain files as text, so that the server needs none on disk. It is a subscriber like any other. */
export const STATUS_HTML = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>dstreams gateway</title>
<link rel="icon" href="/icon.svg" type="image/svg+xml">
<link rel="stylesheet" href="/status.css">
</head>
<body>
<header>
<h1><img src="/icon.svg" alt="" width="28" height="28"> dstreams gateway</h1>
<p id="state" class="off" role="status">Connecting …</p>
</header>
<main>
<noscript><p class="note">This page needs JavaScript. Without it: <a href="/metrics">the metrics as text</a>.</p></noscript>
<form id="login" class="note" hidden>
<p id="why" role="alert"></p>
<div class="field"><label for="token">Token</label>
<input id="token" type="password" autocomplete="off" spellcheck="false" required aria-describedby="how">
<button type="submit">Connect</button></div>
<p id="how" class="dim">One that may read this page: <code>dstreams token --sub dstreams.status --ttl 1h</code></p>
</form>
<div id="live">
<section>
<dl class="cards">
<div><dt>Connections</dt><dd id="connections">–</dd></div>
<div><dt>Records in, per second</dt><dd id="rate">–</dd></div>
<div><dt>KiB out, per second</dt><dd id="out">–</dd></div>
<div><dt>Acknowledged within (p99)</dt><dd id="ack">–</dd></div>
</dl>
<figure>
<svg id="chart" viewBox="0 0 600 80" preserveAspectRatio="none" role="img" aria-label="Records in, per second, of the last minute">
<path id="area"></path><path id="curve"></path>
</svg>
<figcaption><span>Records in per second, last minute</span><span id="peak"></span></figcaption>
</figure>
</section>
<section><h2 id="in">Streams in</h2>
<div class="scroll" role="region" aria-labelledby="in" tabindex="0"><table>
<thead><tr><th scope="col">Stream</th><th scope="col" class="n">Records</th><th scope="col">State</th></tr></thead>
<tbody id="inputs"></tbody></table></div></section>
<section><h2 id="outs">Streams out</h2>
<div class="scroll" role="region" aria-labelledby="outs" tabindex="0"><table>
<thead><tr><th scope="col">Stream</th><th scope="col" class="n">Readers</th><th scope="col" class="n">Last batch</th><th scope="col" class="n">Records in it</th><th scope="col" class="n">Kept since</th><th scope="col" class="n">KiB kept</th></tr></thead>
<tbody id="outputs"></tbody></table></div></section>
<section><h2 id="who">Readers, those furthest behind first</h2>
<div class="scroll" role="region" aria-labelledby="who" tabindex="0"><table>
<thead><tr><th scope="col">Client</th><th scope="col">Stream</th><th scope="col" class="n">Sent up to</th><th scope="col" class="n">Done up to</th></tr></thead>
<tbody id="readers"></tbody></table></div></section>
</div>
</main>
<footer><nav aria-label="More"><a href="/metrics">Metrics</a> <a href="/healthz">Health</a> <a href="/schema/">Message schemas</a></nav></footer>
<script src="/status.js"></script>
</body>
</html>
`;

export const ICON_SVG = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="8" fill="#2457d6"/>
<g fill="none" stroke="#fff" stroke-width="3" stroke-linecap="round"><path d="M7 11h5M16 11h9M7 16h9M20 16h5M7 21h4M15 21h10"/></g></svg>
`;
