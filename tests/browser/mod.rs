//! The page of a report in a real browser: readable on a phone and at night, and quiet.

mod chromium;

use std::fmt::Write as _;
use std::fs;
use std::io::Write as _;
use std::path::Path;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use chromium::{Chromium, Opened, Screen};

use crate::support::scratch::Scratch;

const CONFIG: &str = "apiVersion: segctl.dev/v1\nkind: Workspace\nmetadata: {name: acme}\nspec:\n  documents: [\"docs/**/*.yaml\"]\n  targets:\n    - {name: production, provider: unleash, url: \"sandbox:flags.yaml\"}\n";

/// What would act in a page that does not escape it.
const HOSTILE: &str = "<img src=https://evil.test/x onerror=document.title='owned'><script>document.title='owned'</script>";

const DESK: Screen = Screen { width: 1280, height: 1600, dark: false };
const PHONE: Screen = Screen { width: 390, height: 1600, dark: false };

fn segment(name: &str, more: &str, values: &str) -> String {
    format!(
        "apiVersion: segctl.dev/v1\nkind: Segment\nmetadata: {{name: {name}}}\nspec:\n{more}  unleash:\n    constraints:\n      - {{contextName: userId, operator: IN, values: [{values}]}}\n"
    )
}

fn attachment(name: &str, segments: &str, flag: &str) -> String {
    format!(
        "apiVersion: segctl.dev/v1\nkind: Attachment\nmetadata: {{name: {name}}}\nspec:\n  segments: [{segments}]\n  unleash: {{feature: {flag}, environment: production, strategy: {{title: Main}}}}\n"
    )
}

/// A fixture of the flags of these names.
fn flags<'n>(names: impl IntoIterator<Item = &'n str>) -> String {
    let mut flags = "features:\n".to_owned();
    for name in names {
        let strategies = "{production: [{name: default, title: Main}]}";
        let _ = writeln!(flags, "  - {{name: {name}, strategies: {strategies}}}");
    }
    flags
}

/// A page of a plan in which something widens, something is refused, and texts are hostile.
fn of_a_change() -> Scratch {
    let folder = Scratch::new();
    let names = ["new-checkout", "dark-mode", "search-with-a-name-that-fits-nowhere-on-a-phone"];
    let legacy = "segments:\n  - {name: legacy, constraints: [{contextName: userId, operator: IN, values: [old]}]}\n";
    folder.write("flags.yaml", format!("{}{legacy}", flags(names)));
    folder.write("segctl.yaml", CONFIG);
    for (name, values) in [("beta", "ada"), ("staff", "eve, bob"), ("gone", "x")] {
        folder.write(&format!("docs/{name}.yaml"), segment(name, "", values));
    }
    folder.write("docs/checkout.yaml", attachment("checkout", "beta, gone", names[0]));
    folder.write("docs/dark.yaml", attachment("dark", "staff", names[1]));
    folder.write("docs/search.yaml", attachment("search", "staff", names[2]));
    let applied = folder.segctl(&["apply", "--auto-approve", "-q"]);
    assert!(applied.status.success(), "{applied:?}");

    let more = format!("  description: \"{HOSTILE}\"\n");
    folder.write("docs/beta.yaml", segment("beta", &more, "ada, carl"));
    folder.write("docs/staff.yaml", segment("staff", "", &format!("eve, \"{HOSTILE}\"")));
    folder.write("docs/legacy.yaml", segment("legacy", "", "mine"));
    folder.write(
        "docs/new.yaml",
        segment("new", "", "n")
            .replace("unleash:\n", &format!("unleash:\n    name: \"{HOSTILE}\"\n")),
    );
    folder.write("docs/checkout.yaml", attachment("checkout", "beta, new", names[0]));
    fs::remove_file(folder.path.join("docs/gone.yaml")).expect("it is there");
    let planned = folder.segctl(&["plan", "--report", "html=page.html"]);
    assert_eq!(planned.status.code(), Some(3), "{planned:?}");
    folder
}

fn url(folder: &Scratch) -> String {
    format!("file://{}", folder.path.join("page.html").display())
}

/// Keeps a picture for whoever wants to look at it.
fn keep(name: &str, png: &str) {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("browser");
    fs::create_dir_all(&folder).expect("a folder can be made");
    let bytes = BASE64_STANDARD.decode(png).expect("Base64");
    fs::write(folder.join(format!("{name}.png")), bytes).expect("a file can be written");
}

#[test]
fn a_page_is_readable_on_a_desk_and_a_phone_by_day_and_by_night() {
    let folder = of_a_change();
    let url = url(&folder);
    let mut browser = Chromium::start();
    for (place, screen) in [("desk", DESK), ("phone", PHONE)] {
        for dark in [false, true] {
            let name = format!("{place}-{}", if dark { "night" } else { "day" });
            let screen = Screen { dark, ..screen };
            let opened = browser.open(&url, screen);
            assert_is_quiet(&opened, &url);
            keep(&name, &browser.screenshot());
            let everything = "document.querySelectorAll('details').forEach(it => it.open = true)";
            browser.evaluate(everything);
            assert_fits(&mut browser, &name);
            assert_is_only_text(&mut browser);
            assert_eq!(
                browser.evaluate(FAINT),
                serde_json::json!([]),
                "{name}: too little contrast"
            );
            let shot = browser.screenshot();
            keep(&format!("{name}-open"), &shot);
            browser.open("about:blank", screen);
            assert_shows_something(&mut browser, &shot, dark);
        }
    }
}

/// Nothing was asked for but the page, and nothing was complained of.
fn assert_is_quiet(opened: &Opened, url: &str) {
    assert_eq!(opened.requests, [url]);
    assert_eq!(opened.console, [""; 0]);
}

fn assert_fits(browser: &mut Chromium, name: &str) {
    let widths = browser.evaluate("[document.documentElement.scrollWidth, innerWidth]");
    let [page, screen] = [&widths[0], &widths[1]].map(|it| it.as_u64().expect("a width"));
    assert!(page <= screen, "{name}: a page of {page} on a screen of {screen}");
}

/// What was meant to act is text, and the page has its parts.
fn assert_is_only_text(browser: &mut Chromium) {
    let count = |browser: &mut Chromium, what: &str| {
        browser.evaluate(&format!("document.querySelectorAll({what:?}).length")).as_u64()
    };
    let foreign = "img, script, iframe, object, embed, form, base, link:not([rel=icon])";
    assert_eq!(count(browser, foreign), Some(0));
    assert_eq!(browser.evaluate("document.title"), "segctl plan: acme");
    let shown = browser.evaluate("document.body.textContent.includes('<img src=https://evil')");
    assert_eq!(shown, true);
    assert_eq!(count(browser, "h1"), Some(1));
    assert_eq!(count(browser, "html[lang]"), Some(1));
    assert!(count(browser, "svg.picture[role=img][aria-label] path.gains") >= Some(1));
    assert!(count(browser, "svg.picture path.loses") >= Some(1));
    // Every object can be opened, and none is told only by its colour.
    assert_eq!(count(browser, ".item > summary > .verb"), count(browser, ".item"));
}

/// The texts that stand out less from what is behind them than WCAG 2 asks for.
const FAINT: &str = "(() => {
  const parse = text => text.match(/[\\d.]+/g).map(Number);
  const light = text => {
    const [r, g, b] = parse(text).map(it => it / 255)
      .map(it => it <= 0.03928 ? it / 12.92 : ((it + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const behind = it => {
    for (; it; it = it.parentElement) {
      const rect = it.matches('svg.node') && it.querySelector('rect');
      if (rect) return getComputedStyle(rect).fill;
      const colour = getComputedStyle(it).backgroundColor;
      if (parse(colour)[3] !== 0) return colour;
    }
    return 'rgb(255, 255, 255)';
  };
  const faint = [];
  for (const it of document.body.querySelectorAll('*')) {
    const own = [...it.childNodes].some(node => node.nodeType == 3 && node.data.trim());
    if (!own || it.matches('title, style') || !it.getClientRects().length) continue;
    const style = getComputedStyle(it);
    const [one, other] = [it.matches('text') ? style.fill : style.color, behind(it)].map(light);
    const ratio = (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);
    if (ratio < 4.5) faint.push(`${it.tagName}.${it.className.baseVal ?? it.className} ${ratio}`);
  }
  return faint;
})()";

/// A picture that is not blank has many colours, on a ground that is dark at night.
fn assert_shows_something(browser: &mut Chromium, png: &str, dark: bool) {
    let counted = browser.evaluate(&format!(
        "new Promise(done => {{
           const image = new Image();
           image.onload = () => {{
             const canvas = new OffscreenCanvas(image.width, image.height);
             const context = canvas.getContext('2d');
             context.drawImage(image, 0, 0);
             const {{data}} = context.getImageData(0, 0, image.width, image.height);
             const pixels = new Uint32Array(data.buffer);
             const other = pixels.filter(it => it != pixels[0]).length;
             done([new Set(pixels).size, other / pixels.length, data[0] + data[1] + data[2]]);
           }};
           image.src = 'data:image/png;base64,{png}';
         }})"
    ));
    let [colours, share, ground] = [0, 1, 2].map(|at| counted[at].as_f64().expect("a number"));
    assert!(colours > 50.0 && share > 0.05, "{colours} colours, {share} of it is something");
    assert_eq!(ground < 150.0, dark, "the ground is {ground}");
}

/// How many milliseconds a page of 2,000 steps may take.
const SOON: f64 = 1000.0;

/// How often it may be tried: the machine has other things to do.
const TRIES: usize = 8;

#[test]
#[allow(clippy::print_stdout, reason = "the figure is what one wants to know")]
fn a_page_of_2000_steps_opens_within_a_second() {
    let folder = Scratch::new();
    let names: Vec<String> = (0..200).map(|at| format!("flag-{at:03}")).collect();
    folder.write("segctl.yaml", CONFIG);
    let limits = "limits: {segments: 5000}\n";
    folder.write("flags.yaml", flags(names.iter().map(String::as_str)) + limits);
    let documents = (0..1800).map(|at| segment(&format!("segment-{at:04}"), "", "ada, bob, carl"));
    let attachments = names.iter().enumerate().map(|(at, flag)| {
        attachment(&format!("at-{flag}"), &format!("segment-{:04}", at * 9), flag)
    });
    let documents: Vec<String> = documents.chain(attachments).collect();
    folder.write("docs/all.yaml", documents.join("---\n"));
    let planned = folder.segctl(&["plan", "-q", "--report", "html=page.html"]);
    let url = url(&folder);
    let mut browser = Chromium::start();
    let mut best = f64::INFINITY;
    for _ in 0..TRIES {
        let opened = browser.open(&url, PHONE);
        assert_is_quiet(&opened, &url);
        let steps = browser.evaluate("document.querySelectorAll('details.item').length");
        assert_eq!(steps, 2000, "{planned:?}");
        best = best.min(opened.milliseconds);
        if best < SOON {
            break;
        }
    }
    let size = fs::metadata(folder.path.join("page.html")).expect("a page").len();
    let figure = format!("a page of 2,000 steps, {} KiB, opens in {best:.0} ms\n", size / 1024);
    std::io::stderr().write_all(figure.as_bytes()).expect("a figure can be printed");
    keep("two-thousand", &browser.screenshot());
    assert_fits(&mut browser, "two-thousand");
    assert!(best < SOON, "{best} ms");
}
