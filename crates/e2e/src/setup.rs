//! How a browser is started: which one, what its camera is, how it looks.

use std::path::{Path, PathBuf};

use serde_json::{Map, Value, json};

use crate::network::{Host, RELAY};

/// A host's name that leads to this machine, but that browsers don't know to be it: a
/// page there is not secure, as on another machine of a network without TLS.
pub const INSECURE_HOST: &str = "sightline.example";

/// A browser's make.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Chromium, by chromedriver.
    Chromium,
    /// Firefox, by geckodriver.
    Firefox,
}

/// What `getUserMedia` meets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Camera {
    /// A synthetic camera and microphone, allowed without a question.
    Synthetic,
    /// The same, but the browser asks; [`Page::permit`](crate::Page::permit) is the
    /// answer, and without a window none means no. Chromium only.
    Asking,
    /// The browser says no.
    Denied,
    /// The browser gives the microphone, and not the camera.
    CameraBlocked,
    /// The browser gives the camera, and not the microphone.
    MicrophoneBlocked,
    /// There is no camera; a microphone there is. Chromium only.
    Absent,
}

/// A way to start a browser. Two that are equal can share a browser, one after the other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Setup {
    /// Which browser.
    pub kind: Kind,
    /// Its camera.
    pub camera: Camera,
    /// A Y4M file whose frames a synthetic camera in Chromium gives, over and over,
    /// instead of its own.
    pub scene: Option<PathBuf>,
    /// Whether a page may play sound that nobody asked for.
    pub autoplay: bool,
    /// Whether candidates have `.local` names instead of addresses, as for most people
    /// who give no page their camera.
    pub hidden_addresses: bool,
    /// The page's width and height, in CSS pixels.
    pub viewport: (u32, u32),
    /// Whether the person prefers dark pages.
    pub dark: bool,
    /// Whether the page's peer connections, camera and frames can be asked how they are,
    /// for [`Page::sent`](crate::Page::sent) and the like. Chromium only.
    pub watched: bool,
    /// Whether the browser may cut off what a page's script is doing when somebody leads
    /// the page elsewhere, as browsers come. Any journey that opens another page would log
    /// an error of the page that goes, now and then. Firefox only.
    pub interrupting: bool,
    /// The host that it runs on; this machine where there is none.
    pub host: Option<Host>,
}

impl Setup {
    /// Chromium with a synthetic camera, autoplay allowed, a laptop's size.
    #[must_use]
    pub fn chromium() -> Self {
        Self {
            kind: Kind::Chromium,
            camera: Camera::Synthetic,
            scene: None,
            autoplay: true,
            hidden_addresses: false,
            viewport: (1280, 800),
            dark: false,
            watched: false,
            interrupting: false,
            host: None,
        }
    }

    /// The same with Firefox.
    #[must_use]
    pub fn firefox() -> Self {
        Self { kind: Kind::Firefox, ..Self::chromium() }
    }

    /// With another camera.
    #[must_use]
    pub fn camera(self, camera: Camera) -> Self {
        Self { camera, ..self }
    }

    /// With a camera that sees what is in a Y4M file. Chromium only.
    #[must_use]
    pub fn scene(self, file: &Path) -> Self {
        Self { scene: Some(file.to_owned()), ..self }
    }

    /// As browsers come: sound needs a click first.
    #[must_use]
    pub fn autoplay_blocked(self) -> Self {
        Self { autoplay: false, ..self }
    }

    /// As browsers come: candidates without addresses.
    #[must_use]
    pub fn addresses_hidden(self) -> Self {
        Self { hidden_addresses: true, ..self }
    }

    /// With another size.
    #[must_use]
    pub fn viewport(self, width: u32, height: u32) -> Self {
        Self { viewport: (width, height), ..self }
    }

    /// For somebody who prefers dark pages.
    #[must_use]
    pub fn dark(self) -> Self {
        Self { dark: true, ..self }
    }

    /// With peer connections and a camera that can be asked how they are.
    #[must_use]
    pub fn watched(self) -> Self {
        Self { watched: true, ..self }
    }

    /// As browsers come: a page that is led elsewhere may be cut off in the midst. Firefox
    /// only.
    #[must_use]
    pub fn interrupting(self) -> Self {
        Self { interrupting: true, ..self }
    }

    /// On a host of a [`Network`](crate::Network). Pages of the relay there are as good as
    /// secure ones.
    #[must_use]
    pub fn on(self, host: &Host) -> Self {
        Self { host: Some(host.clone()), ..self }
    }

    pub(crate) fn capabilities(&self, binary: &Path) -> Map<String, Value> {
        let options = match self.kind {
            Kind::Chromium => json!({
                "goog:chromeOptions": {
                    "binary": binary,
                    "args": self.chromium_arguments(),
                    "prefs": self.chromium_preferences(),
                },
                "goog:loggingPrefs": {"browser": "ALL"},
            }),
            Kind::Firefox => json!({
                "moz:firefoxOptions": {
                    "binary": binary,
                    "args": ["-headless"],
                    "prefs": self.firefox_preferences(),
                },
                // Opens the way for what WebDriver can do in its second form only.
                "webSocketUrl": true,
            }),
        };
        match options {
            Value::Object(options) => options,
            _ => Map::new(),
        }
    }

    fn chromium_arguments(&self) -> Vec<String> {
        let mut arguments = [
            "--headless=new",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--disable-dev-shm-usage",
            "--disable-crash-reporter",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--mute-audio",
            // INSECURE_HOST
            "--host-resolver-rules=MAP sightline.example 127.0.0.1",
        ]
        .map(str::to_owned)
        .to_vec();
        arguments.push(match &self.host {
            // Media stays on this machine, and this machine needs no other network.
            None => "--allow-loopback-in-peer-connection".to_owned(),
            Some(_) => format!("--unsafely-treat-insecure-origin-as-secure=http://{RELAY}"),
        });
        arguments.push(match self.camera {
            Camera::Absent => "--use-fake-device-for-media-stream=device-count=0".to_owned(),
            // Its own 20 frames a second are fewer than any camera's, which matters where a
            // network is measured; elsewhere they spare the machine.
            _ if self.host.is_some() => "--use-fake-device-for-media-stream=fps=30".to_owned(),
            _ => "--use-fake-device-for-media-stream".to_owned(),
        });
        if let Some(file) = &self.scene {
            arguments.push(format!("--use-file-for-fake-video-capture={}", file.display()));
        }
        let flags = [
            (
                matches!(self.camera, Camera::Synthetic | Camera::Absent),
                "--use-fake-ui-for-media-stream",
            ),
            (self.autoplay, "--autoplay-policy=no-user-gesture-required"),
            (!self.hidden_addresses, "--disable-features=WebRtcHideLocalIpsWithMdns"),
        ];
        arguments
            .extend(flags.iter().filter(|(wanted, _)| *wanted).map(|(_, flag)| (*flag).to_owned()));
        arguments
    }

    fn chromium_preferences(&self) -> Value {
        // 1 allows, 2 denies; without, the browser asks.
        let settings = |camera: u8, microphone: u8| {
            json!({
                "profile.default_content_setting_values.media_stream_camera": camera,
                "profile.default_content_setting_values.media_stream_mic": microphone,
            })
        };
        match self.camera {
            Camera::Denied => settings(2, 2),
            Camera::CameraBlocked => settings(2, 1),
            Camera::MicrophoneBlocked => settings(1, 2),
            _ => json!({}),
        }
    }

    fn firefox_preferences(&self) -> Value {
        // 0 asks, 1 allows, 2 denies.
        let (camera, microphone) = match self.camera {
            Camera::Denied => (2, 2),
            Camera::CameraBlocked => (2, 1),
            Camera::MicrophoneBlocked => (1, 2),
            _ => (0, 0),
        };
        let relay = RELAY.split(':').next();
        json!({
            "media.navigator.streams.fake": true,
            "media.navigator.permission.disabled": (camera, microphone) == (0, 0),
            "permissions.default.camera": camera,
            "permissions.default.microphone": microphone,
            "network.dns.localDomains": INSECURE_HOST,
            "media.peerconnection.ice.loopback": self.host.is_none(),
            "dom.securecontext.allowlist": self.host.as_ref().and(relay).unwrap_or_default(),
            "dom.ipc.processHangMonitor": self.interrupting,
            "media.devices.insecure.enabled": self.host.is_some(),
            "media.getusermedia.insecure.enabled": self.host.is_some(),
            "media.peerconnection.ice.obfuscate_host_addresses": self.hidden_addresses,
            // 0 allows, 1 blocks what has sound.
            "media.autoplay.default": i32::from(!self.autoplay),
            // 0 is dark, 1 is light.
            "layout.css.prefers-color-scheme.content-override": i32::from(!self.dark),
            // What pages log goes to standard output: WebDriver has no command for it.
            "devtools.console.stdout.content": true,
        })
    }
}
