//! How loud a microphone is, and what measures it: no more than one audio context for each
//! meter, and none when it is gone.

use js_sys::Promise;
use sightline_web::LevelMeter;
use wasm_bindgen_futures::JsFuture;
use wasm_bindgen_test::wasm_bindgen_test;

use crate::capture::{PICTURE, SOUND, capture};
use crate::support::{Devices, Handle, SETTLE, throughout, until};

/// Every audio context that is to listen to a stream while the value lives.
struct Contexts(Handle);

impl Contexts {
    fn new() -> Self {
        Self(Handle::new(
            "(() => {
                const prototype = AudioContext.prototype;
                const real = prototype.createMediaStreamSource;
                const made = [];
                prototype.createMediaStreamSource = function (...rest) {
                    made.push(this);
                    return real.apply(this, rest);
                };
                return {
                    made: () => made.length,
                    open: () => made.filter(({ state }) => state !== 'closed').length,
                    suspend: () => { made.forEach((context) => context.suspend()); },
                    restore: () => { prototype.createMediaStreamSource = real; },
                };
            })()",
        ))
    }

    fn made(&self) -> u32 {
        self.0.count("made")
    }

    fn open(&self) -> u32 {
        self.0.count("open")
    }

    /// What a phone's system does while it plays something else.
    fn suspend(&self) {
        self.0.call("suspend", &[]);
    }
}

impl Drop for Contexts {
    fn drop(&mut self) {
        self.0.call("restore", &[]);
    }
}

/// Whether audio contexts run here: those of Firefox don't on a machine that can play no sound.
async fn audio_runs() -> bool {
    let runs = js_sys::eval(
        "(() => {
            const context = new AudioContext();
            const late = new Promise((tell) => setTimeout(tell, 3_000, false));
            return Promise.race([context.resume().then(() => true), late])
                .finally(() => context.close());
        })()",
    );
    let runs: Promise = runs.unwrap().into();
    JsFuture::from(runs).await.unwrap().as_bool().unwrap()
}

#[wasm_bindgen_test]
async fn a_microphone_is_measured_until_its_meter_is_dropped() {
    let (devices, contexts) = (Devices::new(), Contexts::new());
    let media = capture(SOUND).await.unwrap();
    let meter = LevelMeter::new(&media).unwrap();
    let in_range = |level: Option<f32>| level.is_none_or(|level| (0.0..=1.0).contains(&level));
    if audio_runs().await {
        // The synthetic microphone beeps.
        until("it is heard", || {
            let level = meter.level();
            assert!(in_range(level), "{level:?}");
            level.is_some_and(|level| level > 0.0)
        })
        .await;
        contexts.suspend();
        until("nothing is measured", || meter.level().is_none()).await;
        until("it goes on by itself", || meter.level().is_some()).await;
    } else {
        throughout(SETTLE, "nothing is measured", || meter.level().is_none()).await;
    }
    assert_eq!((contexts.made(), contexts.open()), (1, 1));
    drop(meter);
    until("it measures no more", || contexts.open() == 0).await;
    assert_eq!(devices.live(), 1, "the microphone is its owner's");
}

#[wasm_bindgen_test]
async fn without_a_microphone_nothing_is_measured() {
    let (_devices, contexts) = (Devices::new(), Contexts::new());
    let media = capture(PICTURE).await.unwrap();
    assert!(LevelMeter::new(&media).is_err());
    assert_eq!(contexts.made(), 1);
    until("nothing is left open", || contexts.open() == 0).await;
}
