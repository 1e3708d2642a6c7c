//! A real browser without a window, spoken to over two pipes.

use std::env;
use std::fs::{File, OpenOptions};
use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Child, Command, Stdio};

use serde_json::{Value as Json, json};

use crate::support::scratch::Scratch;

/// A browser with one page, which ends when dropped.
pub(super) struct Chromium {
    child: Child,
    commands: File,
    answers: BufReader<File>,
    last: u64,
    session: Option<String>,
    /// What it told of without being asked.
    events: Vec<Json>,
    _folder: Scratch,
}

/// How a page is shown.
#[derive(Clone, Copy, Debug)]
pub(super) struct Screen {
    pub(super) width: u32,
    pub(super) height: u32,
    pub(super) dark: bool,
}

/// What opening a page did.
#[derive(Debug)]
pub(super) struct Opened {
    /// Every address that was asked for.
    pub(super) requests: Vec<String>,
    /// All that stands in the console.
    pub(super) console: Vec<String>,
    /// How long it took until everything was there and the first of it was seen.
    pub(super) milliseconds: f64,
}

impl Chromium {
    /// Starts it with an empty page.
    pub(super) fn start() -> Self {
        let program = env::var("SEGCTL_CHROMIUM").unwrap_or_else(|_| "chromium".to_owned());
        let there = Command::new(&program).arg("--version").output();
        assert!(
            there.is_ok_and(|it| it.status.success()),
            "`{program}` cannot be run: install chromium, or name it in SEGCTL_CHROMIUM"
        );
        let folder = Scratch::new();
        let [commands, answers] = ["commands", "answers"].map(|it| folder.path.join(it));
        let made = Command::new("mkfifo").args([&commands, &answers]).status();
        assert!(made.is_ok_and(|it| it.success()), "the pipes cannot be made");
        let profile = format!("--user-data-dir={}", folder.path.join("profile").display());
        let child = Command::new("/bin/sh")
            // The browser reads from 3 and writes to 4.
            .args(["-c", "exec \"$@\" 3<commands 4>answers", "sh", &program, &profile])
            .args(["--headless=new", "--remote-debugging-pipe", "--no-first-run"])
            // Tests run as root too, and show no page but ours.
            .args(["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"])
            .args(["--disable-background-networking", "--disable-component-update"])
            // What would leave this machine finds no way.
            .args(["--host-resolver-rules=MAP * ~NOTFOUND", "about:blank"])
            .current_dir(&folder.path)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("there is a shell");
        let commands = OpenOptions::new().write(true).open(commands).expect("a pipe");
        let answers = BufReader::new(File::open(answers).expect("a pipe"));
        let (last, session, events) = (0, None, vec![]);
        let mut started = Self { child, commands, answers, last, session, events, _folder: folder };
        let target = started.call("Target.createTarget", &json!({"url": "about:blank"}));
        let attach = json!({"targetId": target["targetId"], "flatten": true});
        let attached = started.call("Target.attachToTarget", &attach);
        started.session = attached["sessionId"].as_str().map(str::to_owned);
        for domain in ["Page", "Runtime", "Log", "Network"] {
            started.call(&format!("{domain}.enable"), &json!({}));
        }
        started
    }

    /// Opens `url` on `screen`.
    pub(super) fn open(&mut self, url: &str, screen: Screen) -> Opened {
        let Screen { width, height, dark } = screen;
        let metrics = json!({"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 500});
        self.call("Emulation.setDeviceMetricsOverride", &metrics);
        let scheme = if dark { "dark" } else { "light" };
        let media = json!({"features": [{"name": "prefers-color-scheme", "value": scheme}]});
        self.call("Emulation.setEmulatedMedia", &media);
        self.events.clear();
        let went = self.call("Page.navigate", &json!({"url": url}));
        assert_eq!(went["errorText"], Json::Null, "{url}");
        while !self.events.iter().any(|it| it["method"] == "Page.loadEventFired") {
            let event = self.read();
            self.events.push(event);
        }
        let milliseconds = self.evaluate(SEEN).as_f64().unwrap_or(f64::INFINITY);
        let requests = self.told("Network.requestWillBeSent", "/params/request/url");
        let mut console = self.told("Log.entryAdded", "/params/entry/text");
        console.extend(self.told("Runtime.consoleAPICalled", "/params/args"));
        console.extend(self.told("Runtime.exceptionThrown", "/params/exceptionDetails"));
        Opened { requests, console, milliseconds }
    }

    /// The value of an expression of JavaScript in the page.
    pub(super) fn evaluate(&mut self, expression: &str) -> Json {
        let asked = json!({"expression": expression, "awaitPromise": true, "returnByValue": true});
        let answer = self.call("Runtime.evaluate", &asked);
        assert_eq!(answer["exceptionDetails"], Json::Null, "{expression}");
        answer["result"]["value"].clone()
    }

    /// What is seen of the page, as a PNG in Base64.
    pub(super) fn screenshot(&mut self) -> String {
        let shot = self.call("Page.captureScreenshot", &json!({"format": "png"}));
        shot["data"].as_str().expect("a picture").to_owned()
    }

    /// What events of `method` say at `pointer`.
    fn told(&self, method: &str, pointer: &str) -> Vec<String> {
        let of_method = self.events.iter().filter(|it| it["method"] == method);
        of_method
            .map(|it| match it.pointer(pointer) {
                Some(Json::String(text)) => text.clone(),
                other => format!("{other:?}"),
            })
            .collect()
    }

    fn call(&mut self, method: &str, params: &Json) -> Json {
        self.last += 1;
        let mut command = json!({"id": self.last, "method": method, "params": params});
        if let Some(session) = &self.session {
            command["sessionId"] = json!(session);
        }
        let mut bytes = command.to_string().into_bytes();
        bytes.push(0);
        self.commands.write_all(&bytes).expect("the browser reads");
        loop {
            let told = self.read();
            if told["id"] != self.last {
                self.events.push(told);
                continue;
            }
            assert_eq!(told["error"], Json::Null, "{method}");
            return told["result"].clone();
        }
    }

    fn read(&mut self) -> Json {
        let mut bytes = vec![];
        self.answers.read_until(0, &mut bytes).expect("the browser writes");
        assert_eq!(bytes.pop(), Some(0), "the browser ended");
        serde_json::from_slice(&bytes).expect("it writes JSON")
    }
}

/// Waits until something was painted, and says when the later of that and the loading ended.
const SEEN: &str = "new Promise(done => {
  const look = () => {
    const painted = performance.getEntriesByName('first-contentful-paint')[0];
    const [loaded] = performance.getEntriesByType('navigation');
    if (painted || location.protocol == 'about:')
      done(Math.max(loaded.loadEventEnd, painted ? painted.startTime : 0));
    else
      setTimeout(look, 20);
  };
  look();
})";

impl Drop for Chromium {
    fn drop(&mut self) {
        // It may have ended by itself, and then there is nothing to end.
        self.child.kill().ok();
        self.child.wait().ok();
    }
}
