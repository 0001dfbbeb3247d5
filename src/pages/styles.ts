// The one stylesheet of the site, data only. System fonts, two themes by `light-dark()`, three widths, print; every colour of text has a contrast of 4.5 to 1 or more on its ground.

/** The rules of `style.css`; `panels` is how many targets a page of tabs may have. */
export function styles(panels: number): string {
  const tabs = Array.from(
    { length: panels },
    (_, index) => `.tabs:has(.tablist label:nth-of-type(${index + 1}) input:checked) .panel:nth-child(${index + 1})`,
  )
  return `${sheet}${tabs.length === 0 ? '' : `@media screen{@supports selector(:has(a)){.tabs .panel{display:none}${tabs.join(',')},.panel:target,.panel:has(:target){display:block}.js .panel:target,.js .panel:has(:target){display:none}${tabs.map(one => `.js ${one}`).join(',')}{display:block}}}\n`}`
}

const colours: readonly (readonly [string, string, string])[] = [
  ['ground', '#ffffff', '#14171a'],
  ['raised', '#f6f7f8', '#1b1f23'],
  ['sunk', '#eef0f2', '#22272c'],
  ['line', '#d9dde1', '#333a41'],
  ['strong', '#aeb5bc', '#525b64'],
  ['ink', '#1b1f23', '#e3e7ea'],
  ['dim', '#56606a', '#a0a9b1'],
  ['accent', '#0b5a8a', '#7cc0ee'],
  ['tint', '#e4f0f8', '#16303f'],
  ['good', '#17633a', '#74cf9b'],
  ['bad', '#a4262c', '#f59a9a'],
  ['open', '#7a4f01', '#e4b765'],
  ['none', '#56606a', '#a0a9b1'],
  ['critical', '#8f1322', '#ff9c9c'],
  ['high', '#94380a', '#f7a977'],
  ['medium', '#735200', '#e2bd5f'],
  ['low', '#0b5a8a', '#7cc0ee'],
  ['comment', '#5c6771', '#98a2ab'],
  ['string', '#17633a', '#85d0a5'],
  ['word', '#733a97', '#cfa6ee'],
  ['number', '#84480a', '#e4b077'],
  ['call', '#0b5a8a', '#85bff0'],
  ['key', '#8a2c3d', '#f0a0ac'],
]

const sheet = `:root{color-scheme:light dark;${colours.map(([name, light]) => `--${name}:${light}`).join(';')};--sans:system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans","Liberation Sans",sans-serif;--mono:ui-monospace,"SF Mono","Cascadia Mono",Menlo,Consolas,"DejaVu Sans Mono","Liberation Mono",monospace}
@supports (color:light-dark(red,red)){:root{${colours.map(([name, light, dark]) => `--${name}:light-dark(${light},${dark})`).join(';')}}}
:root[data-theme=light]{color-scheme:light}
:root[data-theme=dark]{color-scheme:dark}
*,::before,::after{box-sizing:border-box}
html{font:100%/1.5 var(--sans);-webkit-text-size-adjust:100%;scroll-padding-top:1rem}
body{margin:0;background:var(--ground);color:var(--ink);font-size:.9375rem;overflow-wrap:break-word}
h1,h2,h3,h4,h5,h6{line-height:1.25;margin:0;text-wrap:balance}
h1{font-size:1.75rem;letter-spacing:-.015em;font-weight:680}
h2{font-size:1.25rem;letter-spacing:-.01em}
h3{font-size:1.0625rem}
h4{font-size:.9375rem}
h5,h6{font-size:.875rem}
h3 a,h2 a{color:inherit;text-decoration:none}
h3 a:hover,h2 a:hover{text-decoration:underline}
p,ul,ol,dl,blockquote,figure,table{margin:0}
ul,ol{padding-left:1.25rem}
a{color:var(--accent);text-decoration-thickness:.06em;text-underline-offset:.18em}
a:hover{text-decoration-thickness:.12em}
:focus-visible{outline:2px solid var(--accent);outline-offset:2px;border-radius:2px}
:target{scroll-margin-top:1rem}
code,pre,kbd{font-family:var(--mono);font-size:.8125rem}
code.v{overflow-wrap:anywhere;white-space:pre-wrap}
hr{border:0;border-top:1px solid var(--line);margin:1.5rem 0}
.dim,.note{color:var(--dim)}
.note{display:block;font-size:.8125rem}
.warn{color:var(--bad)}
.unseen{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
.skip{position:absolute;left:-100vw;top:0;background:var(--ground);padding:.5rem 1rem;z-index:9}
.skip:focus{left:0}
.top{display:flex;flex-wrap:wrap;align-items:center;gap:.25rem 1.5rem;padding:.5rem 1.5rem;border-bottom:1px solid var(--line);background:var(--raised)}
.top .brand{font-weight:680;color:var(--ink);text-decoration:none;letter-spacing:-.01em}
.top nav{flex:1}
.top ul{display:flex;flex-wrap:wrap;gap:0 1.125rem;list-style:none;padding:0}
.top li a{display:block;padding:.25rem 0;color:var(--dim);text-decoration:none;border-bottom:2px solid transparent}
.top li a:hover{color:var(--ink)}
.top [aria-current]{color:var(--ink);border-color:var(--accent)}
.theme,.copy-it,.save-it{font:inherit;font-size:.8125rem;color:var(--dim);background:var(--ground);border:1px solid var(--line);border-radius:4px;padding:.125rem .5rem;cursor:pointer;min-height:1.75rem}
.theme:hover,.copy-it:hover,.save-it:hover{color:var(--ink);border-color:var(--strong)}
.crumbs{padding:.5rem 1.5rem 0;font-size:.8125rem;color:var(--dim)}
.crumbs ol{display:flex;flex-wrap:wrap;list-style:none;padding:0}
.crumbs li+li::before{content:"/";padding:0 .5rem;color:var(--strong)}
main{padding:1.25rem 1.5rem 4rem;max-width:92rem;margin:0 auto}
.foot{border-top:1px solid var(--line);padding:1rem 1.5rem 2rem;color:var(--dim);font-size:.8125rem;display:grid;gap:.5rem}
.foot p{max-width:90ch}
.lead{font-size:1.0625rem;color:var(--dim);max-width:78ch;margin-top:.5rem}
.head{margin-bottom:1.5rem;display:grid;grid-template-columns:minmax(0,1fr);gap:.75rem}
.head .lead{margin:0}
.chips{display:flex;flex-wrap:wrap;gap:.375rem;align-items:center}
.chip{display:inline-block;border:1px solid var(--line);border-radius:4px;padding:.0625rem .5rem;font-size:.8125rem;background:var(--raised);color:var(--ink);max-width:100%}
a.chip{text-decoration:none;color:var(--accent)}
.chip a{text-decoration:none}
.chip a:hover,a.chip:hover{text-decoration:underline}
.lv{white-space:nowrap}
.lv-critical{color:var(--critical);border-color:currentColor}
.lv-high{color:var(--high);border-color:currentColor}
.lv-medium{color:var(--medium);border-color:currentColor}
.lv-low{color:var(--low);border-color:currentColor}
.vd{white-space:nowrap}
.vd-equivalent{color:var(--good)}
.vd-differs{color:var(--bad)}
.vd-undecided{color:var(--open)}
.vd-refused{color:var(--none)}
.strip{border:1px solid var(--line);border-radius:6px;padding:.75rem 1rem;display:grid;grid-template-columns:minmax(0,1fr);gap:.5rem;background:var(--raised)}
.strip h2{font-size:.8125rem;text-transform:uppercase;letter-spacing:.06em;color:var(--dim)}
.strip ul{list-style:none;padding:0;display:grid;grid-template-columns:repeat(auto-fill,minmax(11.5rem,1fr));gap:.0625rem .75rem}
.strip li{overflow:hidden;text-overflow:ellipsis;white-space:nowrap}
.strip li a{text-decoration:none;font-size:.8125rem;display:block;padding:.125rem 0}
.strip li a:hover{text-decoration:underline}
.cols{display:grid;grid-template-columns:minmax(0,1fr) 17rem;gap:2.5rem;align-items:start}
.cols>.side{grid-column:2;grid-row:1}
.cols>.main{grid-column:1;grid-row:1;min-width:0}
.side{position:sticky;top:0;max-height:100vh;overflow-y:auto;padding:.25rem .25rem 2rem;font-size:.8125rem;display:grid;gap:1.25rem}
.side h2,.toc summary{font-size:.75rem;text-transform:uppercase;letter-spacing:.06em;color:var(--dim);font-weight:640;margin-bottom:.375rem}
.toc ol{list-style:none;padding:0}
.toc ol ol{padding:0 0 .375rem .75rem;border-left:1px solid var(--line);margin:.125rem 0}
.toc a{color:var(--dim);text-decoration:none;display:block;padding:.0625rem 0}
.toc>details>ol>li>a{color:var(--ink);font-weight:560}
.toc a:hover{color:var(--accent);text-decoration:underline}
.toc a.now{color:var(--accent)}
.terms{display:grid;gap:.375rem}
.terms>div{display:grid;grid-template-columns:5.5rem minmax(0,1fr);gap:.5rem}
.terms dt{color:var(--dim)}
.terms dd{margin:0;overflow-wrap:anywhere}
.head .terms{grid-template-columns:repeat(auto-fill,minmax(min(100%,17rem),1fr));gap:.25rem 2rem;font-size:.8125rem}
meter{width:100%;height:.5rem;vertical-align:middle}
.group{margin-top:2.5rem}
.group:first-child{margin-top:0}
.group>h2{padding-bottom:.375rem;border-bottom:1px solid var(--line)}
.part{margin-top:1.5rem}
.part>h2,.part>h3,.part>h4{margin-bottom:.5rem}
.part>*+*{margin-top:.625rem}
.prose,.atomic,.source{max-width:100%}
.prose>*+*,.atomic>*+*,.source>*+*,.panel>*+*,.counter>*+*,.guide>*+*{margin-top:.625rem}
.prose h3,.prose h4,.prose h5,.prose h6,.atomic+.atomic,.source+.source{margin-top:1.25rem}
.prose p,.prose li,.part>p,.part>ul,.part>ol{max-width:80ch}
.prose blockquote{border-left:3px solid var(--line);padding-left:1rem;color:var(--dim)}
li+li{margin-top:.1875rem}
.top li+li,.crumbs li+li,.strip li+li,.columns li+li,.tiles li+li,.findings li+li,.related li+li,.stages li+li{margin-top:0}
.reading{list-style:none;padding-left:0}
.reading ul{list-style:none;padding-left:1rem;border-left:2px solid var(--line);margin:.25rem 0 .25rem .25rem}
.refs a,.num{display:inline-block;min-width:1.25rem;padding:0 .25rem;border-radius:3px;background:var(--tint);color:var(--accent);font:600 .6875rem/1.25rem var(--mono);text-align:center;text-decoration:none}
.refs a:hover{outline:1px solid var(--accent)}
.stages{display:grid;grid-template-columns:minmax(0,1fr);gap:.375rem;padding-left:1.5rem}
.stages .kind{font-size:.75rem;color:var(--dim);text-transform:uppercase;letter-spacing:.04em}
.stages .effect{display:block;color:var(--dim);font-size:.8125rem}
.tree,.tree ul{list-style:none;padding-left:0}
.tree ul{margin-left:.375rem;padding-left:1rem;border-left:1px solid var(--strong)}
.tree .op{font:600 .75rem var(--mono);color:var(--word)}
.scroll{position:relative;overflow-x:auto;max-width:100%;border:1px solid var(--line);border-radius:6px}
table{border-collapse:collapse;width:100%;font-size:.8125rem;line-height:1.45}
th,td{text-align:left;vertical-align:top;padding:.375rem .75rem;font-weight:400}
thead th,thead td{color:var(--dim);font-size:.75rem;font-weight:560;background:var(--raised);white-space:nowrap;border-bottom:1px solid var(--line)}
tbody tr+tr>*{border-top:1px solid var(--line)}
tbody tr:hover>*{background:var(--raised)}
td .v,th .v{display:inline-block;min-width:min(12rem,40vw);max-width:44rem}
.r{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}
.rules th[scope=row]{min-width:16rem}
.ids{white-space:nowrap}
.event th,.event td{padding:.25rem .75rem}
.event .hit>*{background:var(--tint)}
.predicates tr:target>*,tr:target>*{background:var(--tint)}
.pattern ul{list-style:none;padding:0;font-size:.8125rem}
${[1, 2, 3, 4, 5, 6].map(depth => `.pattern .d${depth}{padding-left:${depth}rem}`).join('')}
details>summary{cursor:pointer;color:var(--accent);font-size:.8125rem;width:fit-content;max-width:100%;overflow-wrap:anywhere}
details>summary:hover{text-decoration:underline}
details[open]>summary{margin-bottom:.5rem}
.guide{border:1px solid var(--line);border-radius:6px;padding:.5rem .875rem}
.guide>summary{font-size:.9375rem;font-weight:560;width:auto}
.guide[open]{padding-bottom:1rem}
.code{position:relative;border:1px solid var(--line);border-radius:6px;background:var(--raised);min-width:0}
.code [role=group]{position:relative;overflow-x:auto;border-radius:6px}
.code pre{margin:0;padding:.75rem 1rem;width:max-content;min-width:100%;line-height:1.55;tab-size:4}
.code pre.n{padding-left:0;counter-reset:l}
.code .l{display:inline-block;min-width:100%;padding-left:4rem;position:relative;counter-increment:l}
.code .l::before{content:counter(l);position:absolute;left:0;width:2.75rem;text-align:right;color:var(--dim);user-select:none}
.code .l:target{background:var(--tint)}
.code .acts{position:absolute;top:.375rem;right:.375rem;display:flex;gap:.25rem;z-index:1}
.c{color:var(--comment);font-style:italic}.s{color:var(--string)}.k{color:var(--word);font-weight:560}span.n{color:var(--number)}.o{color:var(--dim)}.f{color:var(--call)}.y{color:var(--key)}
.m{border-bottom:2px solid var(--line)}
.m.widened,.m.narrowed{border-bottom-style:dashed;border-color:var(--open)}
.m.added{border-bottom-style:dotted}
.m.e[data-m]:not([data-m=""])::after{content:attr(data-m);font:600 .625rem/1 var(--mono);font-style:normal;color:var(--accent);background:var(--tint);border-radius:3px;padding:.0625rem .1875rem;margin-left:.1875rem;vertical-align:super;user-select:none}
.m.on,tr.on>*{background:var(--tint)}
.m.on{border-color:var(--accent)}
.tabs{display:grid;grid-template-columns:14rem minmax(0,1fr);gap:1.25rem;align-items:start}
.tablist{border:1px solid var(--line);border-radius:6px;padding:.25rem;margin:0;display:grid;min-width:0}
.tablist label{display:block;padding:.1875rem .5rem;border-radius:4px;font-size:.8125rem;cursor:pointer;overflow:hidden;text-overflow:ellipsis;white-space:nowrap;position:relative}
.tablist label:hover{background:var(--raised)}
.tablist input{position:absolute;opacity:0;inset:0;margin:0;cursor:pointer}
.tablist label:has(input:checked){background:var(--tint);font-weight:600}
.tablist label:has(input:focus-visible){outline:2px solid var(--accent);outline-offset:-2px}
.panel{min-width:0}
.panel+.panel{margin-top:0}
.findings{list-style:none;padding:0;font-size:.8125rem;display:grid;grid-template-columns:minmax(0,1fr);gap:.25rem}
.sev{font-weight:600}
.sev-error{color:var(--bad)}.sev-warning{color:var(--open)}.sev-note{color:var(--dim)}
.counter{border-left:3px solid var(--bad);padding-left:1rem}
.related{padding:0;list-style:none;display:grid;grid-template-columns:minmax(0,1fr);gap:.5rem}
.turn{display:flex;justify-content:space-between;gap:2rem;margin-top:3rem;border-top:1px solid var(--line);padding-top:1rem}
.turn a{max-width:45%}
.turn a[rel=next]{margin-left:auto;text-align:right}
.tiles{display:grid;grid-template-columns:repeat(auto-fill,minmax(11rem,1fr));gap:.5rem;list-style:none;padding:0}
.tiles li{border:1px solid var(--line);border-radius:6px;padding:.625rem 1rem;margin:0}.tiles a{text-decoration:none}.tiles a:hover{text-decoration:underline}
.tiles strong{display:block;font-size:1.375rem;font-weight:640;letter-spacing:-.02em;font-variant-numeric:tabular-nums}
.columns{columns:18rem;column-gap:2rem;list-style:none;padding:0}
.columns li{break-inside:avoid;margin:0;padding:.0625rem 0}
.bar{display:flex;height:.625rem;border-radius:3px;overflow:hidden;background:var(--sunk)}
.matrix{max-height:none}
.matrix table{width:max-content;min-width:100%}
.matrix td,.matrix th{vertical-align:top;padding:.25rem .375rem;min-width:9.5rem;max-width:11rem}
.matrix tbody tr:hover>*{background:none}
.matrix tbody tr+tr>*{border:0}
.cell{display:block;border:1px solid var(--line);border-radius:4px;padding:.25rem .375rem;margin-bottom:.25rem;text-decoration:none;color:var(--ink);line-height:1.3;font-size:.75rem}
.cell:hover{border-color:var(--accent)}
.legend .cell{display:inline-block;margin:0 .25rem 0 0}
.cell .q{display:block;color:var(--dim);font-size:.6875rem}
.cell.h1{background:var(--tint)}
.cell.h2{background:var(--tint);border-color:var(--accent)}
.cell.h3{background:var(--tint);border:2px solid var(--accent);padding:calc(.25rem - 1px) calc(.375rem - 1px)}
.seek{display:grid;gap:.75rem;max-width:48rem}
.seek input{font:inherit;font-size:1.0625rem;padding:.5rem .75rem;border:1px solid var(--strong);border-radius:6px;background:var(--ground);color:var(--ink);width:100%}
.hits{list-style:none;padding:0;display:grid;gap:.75rem;margin-top:1rem;max-width:56rem}
.pair{display:grid;grid-template-columns:repeat(2,minmax(0,1fr));gap:1.5rem}
.said{position:fixed;bottom:1rem;left:50%;translate:-50%;background:var(--ink);color:var(--ground);padding:.375rem .875rem;border-radius:6px;font-size:.8125rem}
.said:empty{display:none}
@media (max-width:70rem){.cols{grid-template-columns:minmax(0,1fr);gap:1.5rem}.cols>.side,.cols>.main{grid-column:1;grid-row:auto}.side{position:static;max-height:none;overflow:visible;padding:0}.toc>details>ol{columns:14rem}.toc>details>ol>li{break-inside:avoid}}
@media (max-width:48rem){main,.top,.foot,.crumbs{padding-left:1rem;padding-right:1rem}h1{font-size:1.375rem}.top{display:grid;grid-template-columns:1fr auto}.top nav{grid-column:1/-1;grid-row:2;min-width:0}.top ul{flex-wrap:nowrap;overflow-x:auto;white-space:nowrap}.tabs,.pair{grid-template-columns:minmax(0,1fr)}.tablist{grid-template-columns:repeat(auto-fill,minmax(8.5rem,1fr))}.tablist label{padding:.375rem .5rem}.code .acts{position:static;justify-content:flex-end;padding:.25rem .375rem 0}.code .l{padding-left:3rem}.code .l::before{width:2.25rem}.turn{flex-direction:column;gap:.75rem}.turn a{max-width:none}th,td{padding:.375rem .5rem}.rules th[scope=row]{min-width:11rem}}
@media (forced-colors:active){.tablist label:has(input:checked){outline:2px solid}.m{border-bottom-color:CanvasText}}
@media print{:root{color-scheme:light}body{font-size:10pt}.top,.crumbs,.toc,.turn,.tablist,.skip,.acts,.theme,.said{display:none}main{padding:0;max-width:none}.cols,.tabs{display:block}.side{position:static;max-height:none;overflow:visible}details::details-content{content-visibility:visible;display:block;height:auto;opacity:1}.code pre{white-space:pre-wrap;width:auto;overflow-wrap:anywhere}.code [role=group],.scroll{overflow:visible}.panel{break-inside:avoid-page;margin-top:1rem}.prose a[href^=http]::after,.references a::after{content:" <" attr(href) ">";font-size:.75em;overflow-wrap:anywhere}#queries{break-before:page}.strip{break-inside:avoid}tr{break-inside:avoid}}
`
