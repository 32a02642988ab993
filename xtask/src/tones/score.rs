//! What each tone is: notes, and the sound of the thing that plays them. Names are those of
//! `embudo_domain::alerts::Tone`.

use super::synth::{Note, master, mix};

/// Root mean squares: -17, -12 and -27 dB.
const NORMAL: f64 = 0.141_254;
const LOUD: f64 = 0.251_189;
const SOFT: f64 = 0.044_668;

pub struct Tone {
    pub name: &'static str,
    seconds: f64,
    level: f64,
    notes: fn() -> Vec<Note>,
}

impl Tone {
    pub fn samples(&self) -> Vec<i16> {
        master(mix(&(self.notes)(), self.seconds), self.level)
    }
}

pub const TONES: &[Tone] = &[
    Tone { name: "chime", seconds: 0.9, level: NORMAL, notes: chime },
    Tone { name: "marimba", seconds: 0.65, level: NORMAL, notes: marimba },
    Tone { name: "drop", seconds: 0.4, level: NORMAL, notes: drop },
    Tone { name: "glass", seconds: 1.0, level: NORMAL, notes: glass },
    Tone { name: "bird", seconds: 0.55, level: NORMAL, notes: bird },
    Tone { name: "fall", seconds: 0.8, level: NORMAL, notes: fall },
    Tone { name: "alarm", seconds: 3.2, level: LOUD, notes: alarm },
    Tone { name: "hush", seconds: 0.45, level: SOFT, notes: hush },
];

/// A sounding body: how its overtones lie, how loud and how long-lived each is.
fn strike(at_s: f64, hz: f64, body: &[(f64, f64, f64)]) -> impl Iterator<Item = Note> {
    body.iter().map(move |(ratio, level, half_s)| Note {
        at_s,
        from_hz: hz * ratio,
        to_hz: hz * ratio,
        glide_s: 1.0,
        attack_s: 0.004,
        half_s: *half_s,
        level: *level,
    })
}

/// A small bell, a fourth upwards: E5, A5.
fn chime() -> Vec<Note> {
    const BELL: &[(f64, f64, f64)] = &[(1.0, 1.0, 0.13), (2.0, 0.45, 0.09), (3.01, 0.22, 0.05), (4.17, 0.1, 0.03)];
    strike(0.0, 659.26, BELL).chain(strike(0.13, 880.0, BELL)).collect()
}

/// Wooden bars: C5, G5, C6.
fn marimba() -> Vec<Note> {
    const WOOD: &[(f64, f64, f64)] = &[(1.0, 1.0, 0.06), (3.93, 0.28, 0.018), (9.2, 0.06, 0.008)];
    let notes = [(0.0, 523.25), (0.1, 783.99), (0.2, 1_046.5)];
    notes.into_iter().flat_map(|(at_s, hz)| strike(at_s, hz, WOOD)).collect()
}

/// Two drops of water: the air they close in sings upwards.
fn drop() -> Vec<Note> {
    let bubble = |at_s, from_hz, to_hz, level| Note {
        at_s,
        from_hz,
        to_hz,
        glide_s: 0.09,
        attack_s: 0.006,
        half_s: 0.035,
        level,
    };
    vec![bubble(0.0, 420.0, 1_250.0, 1.0), bubble(0.17, 560.0, 1_620.0, 0.7)]
}

/// A glass that is touched: high, long, not quite in tune with itself.
fn glass() -> Vec<Note> {
    const GLASS: &[(f64, f64, f64)] = &[(1.0, 1.0, 0.17), (1.003, 0.6, 0.2), (2.32, 0.3, 0.08), (4.25, 0.08, 0.04)];
    strike(0.0, 1_975.5, GLASS).collect()
}

/// Three calls: up, up, down.
fn bird() -> Vec<Note> {
    let call =
        |at_s, from_hz, to_hz| Note { at_s, from_hz, to_hz, glide_s: 0.07, attack_s: 0.012, half_s: 0.03, level: 1.0 };
    vec![call(0.0, 2_500.0, 3_300.0), call(0.14, 2_700.0, 3_600.0), call(0.28, 3_500.0, 2_350.0)]
}

/// Something did not go: three warm steps down, G4, E♭4, C4.
fn fall() -> Vec<Note> {
    const REED: &[(f64, f64, f64)] = &[(1.0, 1.0, 0.12), (2.0, 0.5, 0.1), (3.0, 0.3, 0.07), (5.0, 0.1, 0.04)];
    let notes = [(0.0, 392.0), (0.15, 311.13), (0.3, 261.63)];
    notes.into_iter().flat_map(|(at_s, hz)| strike(at_s, hz, REED)).collect()
}

/// Long and loud: four rising pairs that carry through a shop.
fn alarm() -> Vec<Note> {
    const HORN: &[(f64, f64, f64)] = &[(1.0, 1.0, 0.16), (2.0, 0.8, 0.16), (3.0, 0.5, 0.14), (4.0, 0.3, 0.12)];
    let pairs = (0..4).map(|pair| f64::from(pair) * 0.8);
    pairs
        .flat_map(|at_s| [(at_s, 740.0), (at_s + 0.2, 987.77), (at_s + 0.4, 740.0), (at_s + 0.6, 987.77)])
        .flat_map(|(at_s, hz)| strike(at_s, hz, HORN))
        .collect()
}

/// For who is at work already: one low, round breath, D4.
fn hush() -> Vec<Note> {
    let breath =
        |hz, level| Note { at_s: 0.0, from_hz: hz, to_hz: hz, glide_s: 1.0, attack_s: 0.06, half_s: 0.08, level };
    vec![breath(293.66, 1.0), breath(587.33, 0.12)]
}
