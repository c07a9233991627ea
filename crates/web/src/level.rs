//! How loud a microphone is.

use std::fmt;

use web_sys::{AnalyserNode, AudioContext, AudioContextState, MediaStreamAudioSourceNode};

use crate::promise::ignored;
use crate::{LocalMedia, ScriptError};

/// How many samples one look takes: 43 ms at 48 kHz, between two looks of a display that changes
/// ten times a second or more often.
const SAMPLES: u32 = 2048;

/// The quietest sound that a meter shows, in dB relative to full scale: a quiet room.
const QUIET_DB: f32 = -60.0;

/// Measures how loud a microphone is. Dropping it ends that.
#[must_use = "dropping it ends the measurement"]
pub struct LevelMeter {
    context: Context,
    source: MediaStreamAudioSourceNode,
    analyser: AnalyserNode,
}

/// Closes it when dropped: browsers have few of them.
struct Context(AudioContext);

impl Drop for Context {
    fn drop(&mut self) {
        if let Ok(closing) = self.0.close() {
            ignored(closing);
        }
    }
}

impl LevelMeter {
    /// Measures the sound of `media`, as it is now: a track that takes another's place is not heard.
    ///
    /// # Errors
    /// [`ScriptError`] where there is no microphone, or the browser has no Web Audio.
    pub fn new(media: &LocalMedia) -> Result<Self, ScriptError> {
        let context = Context(AudioContext::new()?);
        let meter = Self {
            source: context.0.create_media_stream_source(media.stream())?,
            analyser: context.0.create_analyser()?,
            context,
        };
        meter.analyser.set_fft_size(SAMPLES);
        meter.source.connect_with_audio_node(&meter.analyser)?;
        Ok(meter)
    }

    /// How loud it is, from 0 (a quiet room) to 1 (the loudest). None while the browser doesn't
    /// measure: most begin only after a click on the page.
    #[must_use]
    pub fn level(&self) -> Option<f32> {
        if self.context.0.state() != AudioContextState::Running {
            if let Ok(resuming) = self.context.0.resume() {
                ignored(resuming);
            }
            return None;
        }
        let mut samples = [0.0_f32; SAMPLES as usize];
        self.analyser.get_float_time_domain_data(&mut samples);
        let peak = samples.iter().fold(0.0_f32, |peak, sample| peak.max(sample.abs()));
        Some((1.0 - 20.0 * peak.log10() / QUIET_DB).clamp(0.0, 1.0))
    }
}

impl Drop for LevelMeter {
    fn drop(&mut self) {
        let _ = self.source.disconnect();
    }
}

impl fmt::Debug for LevelMeter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LevelMeter").finish_non_exhaustive()
    }
}
