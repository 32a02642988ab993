//! Sound files of a person's own (NOT-03): what is taken and kept, what is said of the rest, and
//! what is heard when a file is gone.

use crate::desk::{Desk, config};
use embudo_app::{AlertGear, App, AppConfig, NoShell, Speaker};
use embudo_domain::alerts::{Abilities, Sound, Tone, ToneChoice};
use embudo_domain::rules::{Actor, Stamp};
use embudo_domain::{Act, ActId, ConversationId};
use embudo_platform::sound::{Clip, SoundState};
use embudo_platform::{Banners, Database, MemorySecrets, WorkspaceKeys, tone_wav};
use embudo_store::{Key, Location, OpenOptions, Store};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use tokio::sync::mpsc::unbounded_channel;

const MP3: &[u8] = include_bytes!("../../../embudo-platform/tests/sounds/chime.mp3");
const OGG: &[u8] = include_bytes!("../../../embudo-platform/tests/sounds/chime.ogg");

/// What was played, and how many frames there were to hear.
#[derive(Default)]
struct Ear(Mutex<Vec<(Sound, usize)>>);

impl Speaker for Ear {
    fn play(&self, sound: Sound, clip: Clip) -> bool {
        self.0.lock().unwrap().push((sound, clip.frames()));
        true
    }
    fn state(&self) -> SoundState {
        SoundState::Ready
    }
}

impl Ear {
    fn heard(&self) -> Vec<(Sound, usize)> {
        self.0.lock().unwrap().clone()
    }
}

struct Shop {
    desk: Desk,
    ear: Arc<Ear>,
    sounds: tempfile::TempDir,
}

fn with_ear(folder: &Path, secrets: Arc<MemorySecrets>, ear: Arc<Ear>) -> AppConfig {
    let (banners, events, _screen) = Banners::fake(Abilities::ALL);
    let gear = AlertGear::new((banners, events), (ear, unbounded_channel().1), Arc::new(NoShell));
    AppConfig { alerts: Some(gear), ..config(folder, secrets) }
}

async fn shop() -> Shop {
    let folder = tempfile::tempdir().unwrap();
    let secrets = Arc::new(MemorySecrets::default());
    let ear = Arc::new(Ear::default());
    let app = App::start(with_ear(folder.path(), secrets.clone(), ear.clone())).await;
    Shop { desk: Desk::opened(folder, secrets, app).await, ear, sounds: tempfile::tempdir().unwrap() }
}

/// Mono, 16 bits, at 8 kHz, as loud as asked for.
fn wav(ms: usize, loudness: i16) -> Vec<u8> {
    const HZ: u32 = 8_000;
    let frames = HZ as usize * ms / 1_000;
    let bytes = u32::try_from(frames * 2).unwrap();
    let mut wav = Vec::new();
    wav.extend_from_slice(b"RIFF");
    wav.extend_from_slice(&(36 + bytes).to_le_bytes());
    wav.extend_from_slice(b"WAVEfmt ");
    wav.extend_from_slice(&16_u32.to_le_bytes());
    for half in [1_u16, 1] {
        wav.extend_from_slice(&half.to_le_bytes());
    }
    wav.extend_from_slice(&HZ.to_le_bytes());
    wav.extend_from_slice(&(HZ * 2).to_le_bytes());
    for half in [2_u16, 16] {
        wav.extend_from_slice(&half.to_le_bytes());
    }
    wav.extend_from_slice(b"data");
    wav.extend_from_slice(&bytes.to_le_bytes());
    wav.extend((0..frames).flat_map(|at| (if at % 8 < 4 { loudness } else { -loudness }).to_le_bytes()));
    wav
}

impl Shop {
    fn file(&self, name: &str, bytes: &[u8]) -> PathBuf {
        let path = self.sounds.path().join(name);
        std::fs::write(&path, bytes).unwrap();
        path
    }

    async fn add(&self, name: &str, bytes: &[u8]) -> Value {
        let path = self.file(name, bytes);
        self.desk.call("add_own_tone", json!({ "from": "path", "path": path })).await
    }

    async fn refused(&self, path: &Path) -> String {
        self.desk.code("add_own_tone", json!({ "from": "path", "path": path })).await
    }

    async fn settings(&self) -> Value {
        self.desk.call("get_alert_settings", json!({})).await
    }

    /// New messages sound with this tone of one's own.
    async fn choose(&self, id: &Value) {
        let mut settings = self.settings().await;
        settings["events"]["message"]["tone"] = json!({ "from": "own", "id": id });
        self.desk.call("save_alert_settings", settings).await;
    }

    fn kept(&self) -> Vec<String> {
        let Ok(entries) = std::fs::read_dir(self.desk.workspace_folder().join("tones")) else { return Vec::new() };
        let mut names: Vec<String> =
            entries.map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned()).collect();
        names.sort();
        names
    }

    /// What a later version wrote on this device, between two runs of this one.
    async fn later_version_puts(&mut self, key: &str, value: &str) {
        let folder = self.desk.workspace_folder();
        self.desk.app.stop().await;
        let keys = WorkspaceKeys::load(&*self.desk.secrets, folder.file_name().unwrap().to_str().unwrap()).unwrap();
        let key_of_file = Key::Raw(*keys.unwrap().database_key(Database::Device));
        let place = OpenOptions { location: Location::File(folder.join("device.db")), key: key_of_file };
        let store = Store::open(&place).await.unwrap();
        let me = store.members().await.unwrap().remove(0);
        let actor = Actor { member_id: me.id, role: me.role };
        let stamp = Stamp { now_ms: 0, time_is_sure: false, lead_no: None, act_id: ActId(uuid::Uuid::now_v7()) };
        let act = Act::PutSetting { key: key.to_owned(), value: value.to_owned() };
        store.apply_act(&act, actor, stamp).await.unwrap();
        store.close().await.unwrap();
        self.restart().await;
    }

    async fn restart(&mut self) {
        let config = with_ear(self.desk.folder.path(), self.desk.secrets.clone(), self.ear.clone());
        self.desk.restart_as(config).await;
    }

    /// Somebody writes, and it is heard or not: the sound's reason in the log.
    async fn until_sound(&mut self, id: ConversationId, why: &str) {
        self.desk
            .until(&format!("the log says {why}"), async |desk| {
                let log = desk.call("list_alert_log", json!({ "conversation_id": id })).await;
                log[0]["entry"]["sound"]["why"] == why
            })
            .await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sound_file_of_ones_own_is_kept_chosen_and_heard_also_after_a_restart() {
    let mut shop = shop().await;
    let mp3 = shop.add("Campainha da loja.mp3", MP3).await;
    let ogg = shop.add("Campainha da loja.ogg", OGG).await;
    // What its name says does not matter.
    let wav = shop.add("toque.xyz", tone_wav(Tone::Bird)).await;
    let names: Vec<&str> = [&mp3, &ogg, &wav].iter().map(|tone| tone["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["Campainha da loja", "Campainha da loja 2", "toque"]);
    assert_eq!(shop.settings().await["own_tones"], json!([mp3, ogg, wav]));
    assert_eq!(shop.kept().len(), 3);
    for (tone, bytes) in [(&mp3, MP3), (&ogg, OGG)] {
        let path = shop.desk.workspace_folder().join("tones").join(tone["id"].as_str().unwrap());
        assert_eq!(std::fs::read(path).unwrap(), bytes, "as it was chosen");
    }
    std::fs::remove_dir_all(shop.sounds.path()).unwrap();

    let own = |tone: &Value| ToneChoice::Own { id: tone["id"].as_str().unwrap().parse().unwrap() };
    shop.desk.call("play_tone", json!({ "tone": { "from": "own", "id": ogg["id"] }, "volume": 40 })).await;
    let (sound, frames) = shop.ear.heard()[0];
    assert_eq!(sound, Sound { tone: own(&ogg), volume: 40 });
    assert!(frames > 4_000, "there is something to hear: {frames}");

    shop.choose(&wav["id"]).await;
    shop.restart().await;
    assert_eq!(shop.settings().await["own_tones"], json!([mp3, ogg, wav]), "kept");
    assert_eq!(shop.kept().len(), 3, "a start sweeps none of them away");
    let maria = shop.desk.customer_writes("Maria", "Oi").await;
    shop.until_sound(maria, "done").await;
    let (sound, frames) = *shop.ear.heard().last().unwrap();
    assert_eq!(sound, Sound { tone: own(&wav), volume: 80 });
    assert_eq!(frames, Clip::tone(Tone::Bird).frames(), "every sample of the file");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_sound_for_an_alert_is_refused_in_its_own_words_and_nothing_is_kept() {
    let shop = shop().await;
    let two_megabytes = 2 * 1024 * 1024;
    let mut too_big = wav(500, 9_000);
    too_big.resize(two_megabytes + 1, 0);
    let mut just_fits = wav(500, 9_000);
    just_fits.resize(two_megabytes, 0);
    let mut broken = MP3.to_vec();
    broken[..400].fill(0x55);
    let cases: [(&str, &[u8], &str); 7] = [
        ("big.wav", &too_big, "SOUND_TOO_BIG"),
        ("long.wav", &wav(11_000, 9_000), "SOUND_TOO_LONG"),
        ("text.mp3", b"not a sound at all", "SOUND_NOT_ONE"),
        ("empty.wav", b"", "SOUND_NOT_ONE"),
        ("silent.wav", &wav(500, 0), "SOUND_SILENT"),
        ("cut.ogg", &OGG[..60], "SOUND_NOT_ONE"),
        ("broken.mp3", &broken[..399], "SOUND_NOT_ONE"),
    ];
    for (name, bytes, code) in cases {
        assert_eq!(shop.refused(&shop.file(name, bytes)).await, code, "{name}");
    }
    assert_eq!(shop.refused(&shop.sounds.path().join("not there.wav")).await, "SOUND_UNREADABLE");
    assert_eq!(shop.refused(shop.sounds.path()).await, "SOUND_NOT_ONE", "a folder");
    assert_eq!(shop.settings().await["own_tones"], json!([]));
    assert_eq!(shop.kept(), [] as [String; 0]);
    shop.add("fits.wav", &just_fits).await;
    shop.add("ten seconds.wav", &wav(10_000, 9_000)).await;
    for number in 3..=20 {
        shop.add(&format!("{number}.wav"), &wav(100, 9_000)).await;
    }
    let one_more = shop.file("one more.wav", &wav(100, 9_000));
    assert_eq!(shop.refused(&one_more).await, "ALERT_TOO_MANY_TONES");
    assert_eq!(shop.kept().len(), 20, "no file without a name in the list");
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn a_disk_that_takes_nothing_is_said_and_no_tone_is_listed() {
    let shop = shop().await;
    // Something else stands where the folder would be.
    std::fs::write(shop.desk.workspace_folder().join("tones"), b"").unwrap();
    let path = shop.file("bell.wav", &wav(300, 9_000));
    let code = shop.refused(&path).await;
    assert_eq!(code, "INTERNAL", "the words of an error without words of its own");
    assert_eq!(shop.settings().await["own_tones"], json!([]), "a setting never names what was not kept");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dropped_sound_is_taken_from_the_bytes_of_the_page_which_do_not_stay() {
    let shop = shop().await;
    let blob = shop.desk.app.put_blob(OGG.to_vec()).await.unwrap();
    let tone = shop.desk.call("add_own_tone", json!({ "from": "blob", "hash": blob.hash, "name": "sino.ogg" })).await;
    assert_eq!(tone["name"], "sino");
    let noted = shop.desk.app.put_blob(b"no sound".to_vec()).await.unwrap();
    let args = json!({ "from": "blob", "hash": noted.hash, "name": "sino.ogg" });
    assert_eq!(shop.desk.code("add_own_tone", args).await, "SOUND_NOT_ONE");
    let args = json!({ "from": "blob", "hash": "../../x", "name": "sino.ogg" });
    assert_eq!(shop.desk.code("add_own_tone", args).await, "FILE_MISSING");
    assert_eq!(shop.kept().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tone_is_renamed_and_removed_and_both_are_taken_back() {
    let mut shop = shop().await;
    let bell = shop.add("bell.wav", &wav(300, 9_000)).await;
    let other = shop.add("other.wav", &wav(400, 9_000)).await;
    let (id, line) = (&bell["id"], shop.desk.call("list_lines", json!({})).await[0]["id"].clone());
    let done = shop.desk.call("rename_own_tone", json!({ "id": id, "name": "  Porta \n da loja " })).await;
    assert_eq!(shop.settings().await["own_tones"][0]["name"], "Porta da loja");
    shop.desk.call("undo", done["undo"].clone()).await;
    assert_eq!(shop.settings().await["own_tones"][0]["name"], "bell");
    assert_eq!(shop.desk.code("rename_own_tone", json!({ "id": id, "name": " " })).await, "ALERT_TONE_NAME");
    let taken = json!({ "id": id, "name": "other" });
    shop.desk.call("rename_own_tone", taken).await;
    assert_eq!(shop.settings().await["own_tones"][0]["name"], "other 2", "two of one name could not be told apart");

    let mut settings = shop.settings().await;
    settings["events"]["message"]["tone"] = json!({ "from": "own", "id": id });
    settings["lines"][line.as_str().unwrap()] = json!({ "tone": { "from": "own", "id": id }, "volume": 30 });
    // A window that has not heard of a tone does not take it away.
    settings["own_tones"] = json!([]);
    shop.desk.call("save_alert_settings", settings).await;
    assert_eq!(shop.settings().await["own_tones"].as_array().unwrap().len(), 2);
    let before = shop.settings().await;

    let done = shop.desk.call("remove_own_tone", json!({ "id": id })).await;
    let after = shop.settings().await;
    assert_eq!(after["own_tones"], json!([other]));
    assert_eq!(after["events"]["message"]["tone"], json!({ "from": "built_in", "tone": "chime" }));
    assert_eq!(after["lines"][line.as_str().unwrap()], json!({ "volume": 30 }), "as every message, as loud as before");
    assert_eq!(
        shop.desk.code("play_tone", json!({ "tone": { "from": "own", "id": id }, "volume": 1 })).await,
        "ALERT_UNKNOWN_TONE"
    );
    let maria = shop.desk.customer_writes("Maria", "Oi").await;
    shop.until_sound(maria, "done").await;
    assert_eq!(shop.ear.heard().last().unwrap().0.tone, ToneChoice::BuiltIn { tone: Tone::Chime });

    shop.desk.call("undo", done["undo"].clone()).await;
    assert_eq!(shop.settings().await, before, "with everything that sounded with it");
    shop.desk.call("play_tone", json!({ "tone": { "from": "own", "id": id }, "volume": 1 })).await;

    shop.desk.call("remove_own_tone", json!({ "id": id })).await;
    assert_eq!(shop.kept().len(), 2, "it can still be taken back");
    shop.restart().await;
    shop.desk
        .until("the next start takes the file away", async |desk| {
            let folder = desk.workspace_folder().join("tones");
            std::fs::read_dir(folder).unwrap().count() == 1
        })
        .await;
    assert_eq!(shop.kept(), [other["id"].as_str().unwrap()], "and no other");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_of_sounds_that_a_later_version_wrote_is_neither_swept_nor_written_over() {
    let mut shop = shop().await;
    let bell = shop.add("bell.wav", &wav(300, 9_000)).await;
    let kept = shop.kept();
    let before = json!([bell]).to_string();
    shop.later_version_puts("alerts.own_tones", r#"{ "in": "folders" }"#).await;
    // Its first message is told after the start has swept.
    let maria = shop.desk.customer_writes("Maria", "Oi").await;
    shop.until_sound(maria, "done").await;
    assert_eq!(shop.settings().await["own_tones"], json!([]), "this version knows of none");
    assert_eq!(shop.kept(), kept, "and the later one finds its files again");

    let one_more = shop.file("one more.wav", &wav(100, 9_000));
    assert_eq!(shop.refused(&one_more).await, "ALERT_TONES_NOT_READ", "its list would be gone");
    assert_eq!(shop.kept(), kept, "no file without a name in the list");
    for (command, args) in [
        ("rename_own_tone", json!({ "id": bell["id"], "name": "Sino" })),
        ("remove_own_tone", json!({ "id": bell["id"] })),
    ] {
        assert_eq!(shop.desk.code(command, args).await, "ALERT_TONES_NOT_READ", "{command}");
    }
    // Everything else is still chosen here.
    let mut settings = shop.settings().await;
    settings["events"]["message"]["volume"] = json!(30);
    shop.desk.call("save_alert_settings", settings).await;
    shop.later_version_puts("alerts.own_tones", &before).await;
    assert_eq!(shop.settings().await["own_tones"], json!([bell]), "what can be read again is there again");
    shop.add("one more.wav", &wav(100, 9_000)).await;
    assert_eq!(shop.kept().len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_is_gone_is_said_and_the_events_own_tone_is_heard_instead() {
    let mut shop = shop().await;
    let bell = shop.add("bell.wav", &wav(300, 9_000)).await;
    let idle = shop.add("idle.wav", &wav(300, 9_000)).await;
    let missing = async |shop: &Shop| {
        let health = shop.desk.call("get_alert_health", json!({})).await;
        (health["missing_tones"].clone(), health["misses_tone"].clone())
    };
    assert_eq!(missing(&shop).await, (json!([]), json!(false)));
    let folder = shop.desk.workspace_folder().join("tones");
    let path = |tone: &Value| folder.join(tone["id"].as_str().unwrap());
    std::fs::remove_file(path(&idle)).unwrap();
    assert_eq!(missing(&shop).await, (json!([idle["id"]]), json!(false)), "nothing sounds with it");
    let bytes = std::fs::read(path(&bell)).unwrap();
    std::fs::write(path(&bell), b"damaged").unwrap();
    shop.choose(&bell["id"]).await;
    let maria = shop.desk.customer_writes("Maria", "Oi").await;
    shop.until_sound(maria, "own_tone_gone").await;
    let (sound, frames) = shop.ear.heard()[0];
    assert_eq!(sound, Sound { tone: ToneChoice::BuiltIn { tone: Tone::Chime }, volume: 80 }, "never silence");
    assert_eq!(frames, Clip::tone(Tone::Chime).frames());
    let (gone, misses) = missing(&shop).await;
    assert!(gone.as_array().unwrap().contains(&bell["id"]) && misses == json!(true));
    let play = json!({ "tone": { "from": "own", "id": bell["id"] }, "volume": 50 });
    assert_eq!(shop.desk.code("play_tone", play).await, "SOUND_GONE");

    // Put back, the next press of "Test" finds it.
    std::fs::write(path(&bell), bytes).unwrap();
    shop.desk.call("test_alerts", json!({})).await;
    let ear = shop.ear.clone();
    let is_own = |(sound, _): &(Sound, usize)| matches!(sound.tone, ToneChoice::Own { .. });
    shop.desk.until("the own sound is heard", async |_| ear.heard().last().is_some_and(is_own)).await;
    assert_eq!(missing(&shop).await, (json!([idle["id"]]), json!(false)));
}
