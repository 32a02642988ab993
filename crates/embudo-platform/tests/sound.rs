//! The player against ALSA, without a sound card: what was played is recorded, and found in the
//! recording. Tests wait for the player's reports and for what the speaker recorded, never for
//! time; the speaker takes samples at the pace of a real one (`embudo_testkit::listen`).
//!
//! ALSA reads its configuration from a file that an environment variable names, so each test runs
//! in a process of its own: the outer one starts the inner one, which is the same test again.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used)]

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use embudo_domain::alerts::Tone;
use embudo_platform::sound::{
    Clip, CutBy, Heard, Patience, QueueFull, SoundId, SoundPlayer, SoundReport, SoundState, SoundTrouble,
    check_own_sound, gain,
};
use embudo_testkit::listen::{Found, Known, SPEAKER_HZ, Speaker, hear, loudest_elsewhere, speaker_config};

/// For something that happens or the test is lost, on a machine that is busy.
const FOREVER: Duration = Duration::from_secs(120);
const FOLDER: &str = "EMBUDO_SOUND_TEST";
/// Of 32,768: what rounding to 16 bits leaves.
const SILENCE: u16 = 3;

/// Runs `inner` with a folder for the speaker's files, in a process whose ALSA knows them.
fn alone(test: &str, inner: impl FnOnce(&Path)) {
    if let Some(folder) = std::env::var_os(FOLDER) {
        return inner(&PathBuf::from(folder));
    }
    let folder = tempfile::tempdir().unwrap();
    let output = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", test, "--nocapture", "--test-threads", "1"])
        .env(FOLDER, folder.path())
        .env("ALSA_CONFIG_PATH", folder.path().join("asound.conf"))
        .output()
        .unwrap();
    let told = String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && told.contains("1 passed"), "in its own process: {}\n{told}", output.status);
}

struct Listener {
    player: SoundPlayer,
    reports: Receiver<SoundReport>,
}

impl Listener {
    fn new() -> Self {
        Self::with_patience(FOREVER, FOREVER)
    }

    /// For devices that hang. On a busy machine one that does not may seem to.
    fn impatient() -> Self {
        Self::with_patience(Duration::from_secs(1), Duration::from_millis(200))
    }

    fn with_patience(answer: Duration, closing: Duration) -> Self {
        let linger = Duration::from_millis(400);
        let patience = Patience { answer, closing, linger };
        let (tell, reports) = channel();
        let player = SoundPlayer::start_with(patience, move |report| tell.send(report).unwrap()).unwrap();
        Self { player, reports }
    }

    fn play(&self, tone: Tone, volume: u8) -> SoundId {
        self.player.play(Clip::tone(tone), volume).unwrap()
    }

    fn next(&self) -> SoundReport {
        self.reports.recv_timeout(FOREVER).expect("every sound ends in a report")
    }

    /// Waits for the end of a sound and says how it was.
    fn end_of(&self, id: SoundId) -> Heard {
        loop {
            let report = self.next();
            if report.id == id && report.what.is_end() {
                return report.what;
            }
        }
    }

    fn begin_of(&self, id: SoundId) {
        let report = self.next();
        assert!(report.id == id && !report.what.is_end(), "it begins: {report:?}");
    }

    fn play_to_its_end(&self, tone: Tone) -> Heard {
        self.end_of(self.play(tone, 100))
    }

    fn played(&self, tone: Tone, volume: u8) {
        assert_eq!(self.end_of(self.play(tone, volume)), Heard::Ended, "{tone:?}");
    }

    fn wait_for_state(&self, wanted: impl FnMut(&SoundState) -> bool) {
        let mut state = self.player.watch();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
        let waited = runtime.block_on(async { tokio::time::timeout(FOREVER, state.wait_for(wanted)).await.is_ok() });
        assert!(waited, "still {:?}", self.player.state());
    }
}

fn found(recording: &[i16]) -> Vec<Found<Tone>> {
    let known = Tone::ALL.map(|tone| {
        let clip = Clip::tone(tone);
        Known::new(tone, clip.samples(), clip.hz(), SPEAKER_HZ)
    });
    hear(&known, recording)
}

/// A hum, as a file of somebody's own.
fn ten_seconds() -> Clip {
    let mut wav =
        b"RIFF\0\0\0\0WAVEfmt \x10\0\0\0\x01\0\x01\0\x40\x1f\0\0\x40\x1f\0\0\x01\0\x08\0data\0\0\0\0".to_vec();
    wav.extend([128, 178, 198, 178, 128, 78, 58, 78].repeat(10_000));
    let own = check_own_sound(&wav).unwrap();
    assert_eq!(own.duration_ms, 10_000);
    own.clip
}

fn tones(found: &[Found<Tone>]) -> Vec<Tone> {
    found.iter().map(|one| one.what).collect()
}

#[track_caller]
fn recorded(listener: &Listener, speaker: &Speaker) -> Vec<i16> {
    listener.wait_for_state(|state| *state == SoundState::Ready);
    assert!(speaker.wait_until_closed(FOREVER), "the device is let go after the sound");
    speaker.recording()
}

#[test]
fn each_tone_is_heard_once_in_order_and_nothing_else() {
    alone("each_tone_is_heard_once_in_order_and_nothing_else", |folder| {
        let speaker = Speaker::new(folder).unwrap();
        let listener = Listener::new();
        assert_eq!(listener.player.state(), SoundState::Untried);
        let order =
            [Tone::Glass, Tone::Hush, Tone::Alarm, Tone::Bird, Tone::Drop, Tone::Chime, Tone::Fall, Tone::Marimba];
        for tone in order {
            let id = listener.play(tone, 100);
            let begun = listener.next();
            let Heard::Began { asked_at, handed_at } = begun.what else { panic!("{tone:?} begins: {begun:?}") };
            println!("{tone:?}: {:?} from the call to the first sample", handed_at - asked_at);
            assert_eq!(listener.player.state(), SoundState::Open);
            let end = listener.next();
            assert_eq!(end, SoundReport { id, what: Heard::Ended }, "{tone:?} ends once");
        }
        let recording = recorded(&listener, &speaker);
        assert_eq!(listener.player.state(), SoundState::Ready);
        let found = found(&recording);
        assert_eq!(tones(&found), order, "{found:?}");
        for one in &found {
            assert!(one.likeness > 0.97, "as it was made: {one:?}");
            assert!((one.level - 1.0).abs() < 0.03, "as loud as it was made: {one:?}");
        }
        let rest = loudest_elsewhere(&found, &recording);
        assert!(rest <= SILENCE, "silent elsewhere: {rest}");
        assert!(listener.reports.try_recv().is_err(), "nothing else was told");
    });
}

#[test]
fn the_slider_is_heard_in_the_loudness() {
    alone("the_slider_is_heard_in_the_loudness", |folder| {
        let speaker = Speaker::new(folder).unwrap();
        let listener = Listener::new();
        for volume in [100, 50, 25] {
            listener.played(Tone::Marimba, volume);
        }
        let found = found(&recorded(&listener, &speaker));
        assert_eq!(tones(&found), [Tone::Marimba; 3], "{found:?}");
        // -10 and -20 dB: half and a quarter as loud.
        for (one, level) in found.iter().zip([1.0, 0.316, 0.1]) {
            assert!((one.level / level - 1.0).abs() < 0.05, "{one:?} has the level {level}");
        }
        assert!((gain(50) - 0.315).abs() < 0.001);
    });
}

#[test]
fn a_newer_sound_takes_the_place_of_the_one_that_plays() {
    alone("a_newer_sound_takes_the_place_of_the_one_that_plays", |folder| {
        let speaker = Speaker::new(folder).unwrap();
        let listener = Listener::new();
        let alarm = listener.play(Tone::Alarm, 100);
        listener.begin_of(alarm);
        let chime = listener.play(Tone::Chime, 100);
        assert_eq!(listener.next(), SoundReport { id: alarm, what: Heard::Cut(CutBy::NewerSound) });
        listener.begin_of(chime);
        assert_eq!(listener.end_of(chime), Heard::Ended);
        let found = found(&recorded(&listener, &speaker));
        assert_eq!(tones(&found), [Tone::Chime], "whole, and only the beginning of the alarm before it: {found:?}");
    });
}

#[test]
fn a_stop_leaves_silence_and_the_device() {
    alone("a_stop_leaves_silence_and_the_device", |folder| {
        let speaker = Speaker::new(folder).unwrap();
        let listener = Listener::new();
        let long = listener.player.play(ten_seconds(), 100).unwrap();
        listener.begin_of(long);
        assert!(speaker.wait_for_samples(4_800, FOREVER), "it is heard");
        listener.player.stop();
        assert_eq!(listener.end_of(long), Heard::Cut(CutBy::Stop));
        let recording = recorded(&listener, &speaker);
        let last = recording.iter().rposition(|sample| *sample != 0).unwrap();
        assert!(last < 10 * SPEAKER_HZ as usize, "only a part of it is heard: {last}");
        assert!(recording.len() - last > 4_800, "and silence after it");
        listener.player.stop();
        listener.played(Tone::Drop, 100);
    });
}

#[test]
fn a_probe_finds_out_about_the_device_and_is_not_heard() {
    alone("a_probe_finds_out_about_the_device_and_is_not_heard", |folder| {
        let speaker = Speaker::new(folder).unwrap();
        let listener = Listener::new();
        let probe = listener.player.probe().unwrap();
        listener.begin_of(probe);
        assert_eq!(listener.end_of(probe), Heard::Ended);
        let recording = recorded(&listener, &speaker);
        assert!(recording.iter().all(|sample| *sample == 0), "nobody hears a test");
        assert_eq!(listener.player.state(), SoundState::Ready);
        let long = listener.player.play(ten_seconds(), 100).unwrap();
        listener.begin_of(long);
        let probe = listener.player.probe().unwrap();
        assert_eq!(listener.next(), SoundReport { id: probe, what: Heard::Ended }, "a sound is proof enough");
        listener.player.stop();
        assert_eq!(listener.end_of(long), Heard::Cut(CutBy::Stop), "and was not cut for a test");
    });
}

#[test]
fn without_a_device_each_sound_says_so_and_one_that_comes_is_found() {
    alone("without_a_device_each_sound_says_so_and_one_that_comes_is_found", |folder| {
        let listener = Listener::new();
        // A system without a sound card; one whose sound was never set up, well or badly.
        for config in ["pcm.default { type hw card 31 }\n", "", "pcm { default\n"] {
            std::fs::write(folder.join("asound.conf"), config).unwrap();
            for tone in [Tone::Chime, Tone::Alarm] {
                let id = listener.play(tone, 100);
                let failed = SoundReport { id, what: Heard::Failed(SoundTrouble::NoDevice) };
                assert_eq!(listener.next(), failed, "{tone:?} with {config:?}: told at once, and as a state");
                assert_eq!(listener.player.state(), SoundState::Trouble(SoundTrouble::NoDevice));
            }
        }
        std::fs::remove_file(folder.join("asound.conf")).unwrap();
        let speaker = Speaker::new(folder).unwrap();
        listener.played(Tone::Bird, 100);
        let found = found(&recorded(&listener, &speaker));
        assert_eq!(tones(&found), [Tone::Bird], "what could not be played does not come after: {found:?}");
        assert_eq!(listener.player.state(), SoundState::Ready);
    });
}

#[test]
fn a_device_that_never_opens_costs_each_sound_little_and_plays_none_of_them_later() {
    alone("a_device_that_never_opens_costs_each_sound_little_and_plays_none_of_them_later", |folder| {
        // Whoever opens the speaker hangs until somebody listens.
        let speaker = Speaker::deaf(folder).unwrap();
        let listener = Listener::impatient();
        let stuck = Heard::Failed(SoundTrouble::Stuck);
        let stopped = listener.play(Tone::Alarm, 100);
        listener.player.stop();
        assert_eq!(listener.end_of(stopped), Heard::Cut(CutBy::Stop));
        listener.wait_for_state(|state| *state == SoundState::Trouble(SoundTrouble::Stuck));
        let (first, second) = (listener.play(Tone::Glass, 100), listener.play(Tone::Fall, 100));
        assert_eq!(listener.next(), SoundReport { id: first, what: Heard::Cut(CutBy::NewerSound) });
        assert_eq!(listener.end_of(second), stuck, "one that came later had a device of its own, stuck as well");
        assert_eq!(listener.player.state(), SoundState::Trouble(SoundTrouble::Stuck));
        let third = listener.play(Tone::Chime, 100);
        assert_eq!(listener.end_of(third), stuck, "no more threads are spent on it");
        speaker.listen().unwrap();
        // What was stuck lets go, one after the other; until then there is no room. On a busy machine one
        // has gaps by which it is not known again: it is played until it was heard.
        let found = loop {
            while listener.play_to_its_end(Tone::Drop) != Heard::Ended {}
            let found = found(&recorded(&listener, &speaker));
            if !found.is_empty() {
                break found;
            }
        };
        assert!(found.iter().all(|one| one.what == Tone::Drop), "and nothing that is late: {found:?}");
    });
}

#[test]
fn a_device_that_stops_in_a_sound_is_told_and_the_next_sound_has_another() {
    alone("a_device_that_stops_in_a_sound_is_told_and_the_next_sound_has_another", |folder| {
        let speaker = Speaker::new(folder).unwrap();
        let listener = Listener::impatient();
        let alarm = listener.play(Tone::Alarm, 100);
        listener.begin_of(alarm);
        speaker.hold(true);
        assert_eq!(listener.end_of(alarm), Heard::Failed(SoundTrouble::Stuck));
        assert_eq!(listener.player.state(), SoundState::Trouble(SoundTrouble::Stuck));
        // Its thread hangs in the device, and the player does not.
        let glass = listener.play(Tone::Glass, 100);
        speaker.hold(false);
        if listener.end_of(glass) != Heard::Ended {
            while listener.play_to_its_end(Tone::Glass) != Heard::Ended {}
        }
        let found = found(&recorded(&listener, &speaker));
        assert_eq!(found.last().map(|one| one.what), Some(Tone::Glass), "{found:?}");
        assert!(!tones(&found).contains(&Tone::Alarm), "the alarm does not go on: {found:?}");
    });
}

#[test]
fn a_device_that_vanishes_in_a_sound_is_told_and_found_again_when_it_is_back() {
    alone("a_device_that_vanishes_in_a_sound_is_told_and_found_again_when_it_is_back", |folder| {
        let speaker = Speaker::new(folder).unwrap();
        // Without a conversion: ALSA's own ends the program when a file below it fails.
        let whole = std::fs::read_to_string(speaker.config()).unwrap();
        std::fs::write(
            speaker.config(),
            whole.replace("pcm.default", "pcm.other").replace("pcm.speaker", "pcm.default"),
        )
        .unwrap();
        let listener = Listener::new();
        let alarm = listener.play(Tone::Alarm, 100);
        listener.begin_of(alarm);
        assert!(speaker.wait_for_samples(4_800, FOREVER), "it is heard");
        speaker.unplug();
        assert_eq!(listener.end_of(alarm), Heard::Failed(SoundTrouble::Vanished));
        assert_eq!(listener.player.state(), SoundState::Trouble(SoundTrouble::Vanished));
        assert!(speaker.wait_until_closed(FOREVER));
        let before = speaker.recording().len();
        std::fs::write(speaker.config(), whole).unwrap();
        speaker.listen().unwrap();
        listener.played(Tone::Bird, 100);
        let found = found(&recorded(&listener, &speaker)[before..]);
        assert_eq!(tones(&found), [Tone::Bird], "{found:?}");
    });
}

#[test]
fn a_device_without_a_clock_is_fed_at_the_pace_of_the_sound() {
    alone("a_device_without_a_clock_is_fed_at_the_pace_of_the_sound", |folder| {
        let file = folder.join("sink.raw");
        std::fs::write(folder.join("asound.conf"), speaker_config(&file)).unwrap();
        let listener = Listener::new();
        listener.played(Tone::Chime, 100);
        listener.wait_for_state(|state| *state == SoundState::Ready);
        let bytes = std::fs::read(&file).unwrap();
        let left = bytes.chunks_exact(4).map(|frame| i16::from_le_bytes([frame[0], frame[1]]));
        let recording: Vec<i16> = left.collect();
        // A second ahead, and what is due while the device is open: not what a processor can do.
        assert!(recording.len() < 20 * SPEAKER_HZ as usize, "{} samples", recording.len());
        let found = found(&recording);
        assert_eq!(tones(&found), [Tone::Chime], "{found:?}");
        assert!(loudest_elsewhere(&found, &recording) <= SILENCE);
    });
}

#[test]
fn a_player_that_hangs_refuses_sounds_instead_of_keeping_them() {
    alone("a_player_that_hangs_refuses_sounds_instead_of_keeping_them", |folder| {
        std::fs::write(folder.join("asound.conf"), "pcm.default { type hw card 31 }\n").unwrap();
        let (go, gate) = channel::<()>();
        let (told, reports) = channel();
        let player = SoundPlayer::start(move |report| {
            told.send(report).unwrap();
            let _ = gate.recv();
        })
        .unwrap();
        let first = player.play(Clip::tone(Tone::Drop), 50).unwrap();
        assert_eq!(reports.recv_timeout(FOREVER).unwrap().id, first, "the player waits in its report");
        let kept = (0..100).take_while(|_| player.play(Clip::tone(Tone::Drop), 50).is_ok()).count();
        assert_eq!(kept, 16, "as many as can wait");
        assert_eq!(player.probe(), Err(QueueFull));
        drop(go);
        let ends = (0..16).map(|_| reports.recv_timeout(FOREVER).unwrap());
        assert!(ends.into_iter().all(|report| report.what.is_end()), "each of them ends all the same");
        assert!(player.play(Clip::tone(Tone::Drop), 50).is_ok(), "and there is room again");
    });
}
