//! The exports that are open: their text is read, their files stay where they are.

use super::*;

/// Files that may be open at a time; each keeps its text.
const MOST_CHATS: usize = 20;

pub(super) trait Bytes: Read + Seek + Send {}
impl<T: Read + Seek + Send> Bytes for T {}

pub(super) type Pack = ChatPack<Box<dyn Bytes>>;

pub struct OpenChat {
    pub id: ImportId,
    pub file_name: String,
    pack: Mutex<Pack>,
}

impl OpenChat {
    pub(super) fn with_pack<T>(&self, run: impl FnOnce(&mut Pack) -> T) -> T {
        run(&mut self.pack.lock().unwrap_or_else(PoisonError::into_inner))
    }

    pub(super) fn read(&self, order: Option<DayOrder>, now: NaiveDateTime) -> Result<Chat, ApiError> {
        let chat = self.with_pack(|pack| pack.read(order, now)).map_err(|error| unreadable(error, &self.file_name))?;
        // Also with another order of the dates, by which more lines may be messages.
        if chat.is_group { Err(ApiError::new("CHAT_GROUP").with("name", self.file_name.clone())) } else { Ok(chat) }
    }
}

/// The exports that are open.
#[derive(Default)]
pub struct Chats(Mutex<HashMap<ImportId, Arc<OpenChat>>>);

impl Chats {
    pub(super) fn get(&self, id: ImportId) -> Result<Arc<OpenChat>, ApiError> {
        let open = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        open.get(&id).cloned().ok_or_else(|| ApiError::new("IMPORT_CLOSED"))
    }

    fn put(&self, chats: &[Arc<OpenChat>]) {
        // Another choice of files: what was open before is not asked for any more.
        let mut open = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *open = chats.iter().map(|chat| (chat.id, chat.clone())).collect();
    }
}

pub(super) fn unreadable(error: PackError, name: &str) -> ApiError {
    let error = match error {
        PackError::NoChat => ApiError::new("CHAT_UNKNOWN"),
        PackError::TooLarge { limit_bytes } => ApiError::new("FILE_TOO_BIG").with("max_bytes", limit_bytes.to_string()),
        PackError::TooManyMessages { limit } => ApiError::new("CHAT_TOO_LONG").with("most", limit.to_string()),
        PackError::Damaged(_) => ApiError::new("IMPORT_DAMAGED"),
        PackError::Io(error) => failure::source(&error),
    };
    error.with("name", name)
}

fn open_pack(media: &MediaStore, file: ChatFile) -> (String, Result<Pack, ApiError>) {
    match file {
        ChatFile::Path { path } => {
            let path = Path::new(&path);
            let name = name_of(path);
            let open = || -> Result<Pack, PackError> {
                // Asked before opening: opening a pipe would wait for its other end.
                if !std::fs::metadata(path)?.is_file() {
                    return Err(PackError::NoChat);
                }
                let file: Box<dyn Bytes> = Box::new(File::open(path)?);
                ChatPack::open(file, &name, ChatLimits::default())
            };
            let pack = open().map_err(|error| unreadable(error, &name));
            (name, pack)
        }
        ChatFile::Blob { hash, name } => {
            let open = || -> Result<Pack, ApiError> {
                let hash = hash.parse().map_err(|_| ApiError::new("FILE_MISSING").with("name", name.clone()))?;
                let file = media.open_file(&hash).map_err(|error| failure::media(error).with("name", name.clone()))?;
                let file: Box<dyn Bytes> = Box::new(file);
                ChatPack::open(file, &name, ChatLimits::default()).map_err(|error| unreadable(error, &name))
            };
            let pack = open();
            (name, pack)
        }
    }
}

/// What this computer's clock on the wall shows.
pub(super) fn wall(workspace: &Workspace) -> NaiveDateTime {
    Local.timestamp_millis_opt(workspace.clock.now_ms()).earliest().map(|at| at.naive_local()).unwrap_or_default()
}

/// The phone's time as this computer's zone has it: twice that day is the earlier one, never (the
/// clock went forward) an hour later.
pub(super) fn seconds_of(at: NaiveDateTime) -> i64 {
    let found = Local
        .from_local_datetime(&at)
        .earliest()
        .or_else(|| Local.from_local_datetime(&(at + chrono::Duration::hours(1))).earliest());
    found.map_or_else(|| at.and_utc().timestamp(), |at| at.timestamp())
}

pub async fn open(app: &App, args: OpenChats) -> Result<Vec<OpenedChat>, ApiError> {
    let workspace = app.workspace()?;
    if args.files.len() > MOST_CHATS {
        return Err(ApiError::new("TOO_MANY_FILES").with("max", MOST_CHATS.to_string()));
    }
    let media = workspace.media.clone();
    let now = wall(&workspace);
    let read = move || {
        let mut read = Vec::new();
        for file in args.files {
            let (file_name, pack) = open_pack(&media, file);
            let open = pack.and_then(|pack| {
                let open = OpenChat { id: ImportId(Uuid::now_v7()), file_name: file_name.clone(), pack: pack.into() };
                let chat = open.read(None, now)?;
                if chat.messages.is_empty() {
                    return Err(ApiError::new("CHAT_EMPTY").with("name", file_name.clone()));
                }
                Ok((Arc::new(open), chat))
            });
            read.push((file_name, open));
        }
        read
    };
    let read = crate::app::off_thread(read).await.map_err(|error| failure::internal("read a chat", error))?;
    let open: Vec<Arc<OpenChat>> = read.iter().filter_map(|(_, chat)| Some(chat.as_ref().ok()?.0.clone())).collect();
    workspace.chats.put(&open);
    let mut opened = Vec::with_capacity(read.len());
    for (file_name, chat) in read {
        opened.push(match chat {
            Ok((open, chat)) => {
                OpenedChat { file_name, error: None, chat: Some(view(&workspace, &open, &chat).await?) }
            }
            Err(error) => OpenedChat { file_name, error: Some(error), chat: None },
        });
    }
    Ok(opened)
}

async fn view(workspace: &Workspace, open: &OpenChat, chat: &Chat) -> Result<ChatView, ApiError> {
    let named = open.with_pack(|pack| pack.named());
    let me = chat.me(named.as_deref());
    // Of two the other one; of one who wrote alone it is them, if the file is called so.
    let customer = match me {
        Some(me) => chat.authors.iter().enumerate().find(|(at, _)| *at != me).map(|(_, author)| author.name.clone()),
        None => None,
    };
    let name = named.or(customer).unwrap_or_default();
    let country = workspace.catalogue().workspace.default_country.clone();
    // A word with a digit in it is a name.
    let is_number = !name.chars().any(char::is_alphabetic);
    let phone = match read_phone(&name, &country) {
        Ok(PhoneRead::Number(e164)) if is_number => Some(e164),
        _ => None,
    };
    let contact_id = match &phone {
        Some(e164) => {
            let phones = [e164.clone()];
            let found = workspace.store.same_as(&phones, &[], "", None, 1).await.map_err(failure::store)?;
            found.first().map(|(id, _)| *id)
        }
        None => None,
    };
    Ok(ChatView {
        id: open.id,
        name: if phone.is_some() { String::new() } else { name },
        phone: phone.map(|e164| crate::phone::display(&e164)).unwrap_or_default(),
        contact_id,
        authors: chat
            .authors
            .iter()
            .map(|author| ChatAuthor { name: author.name.clone(), messages: author.messages })
            .collect(),
        me: me.and_then(|me| chat.authors.get(me)).map(|author| author.name.clone()),
        order: chat.order,
        order_is_sure: chat.order_is_sure,
        from: shown(chat.messages.iter().map(|message| message.at).min()),
        to: shown(chat.messages.iter().map(|message| message.at).max()),
        messages: chat.messages.len() as u32,
        zone_minutes: Local
            .timestamp_millis_opt(workspace.clock.now_ms())
            .earliest()
            .map_or(0, |now| now.offset().local_minus_utc() / 60),
    })
}

pub(super) fn shown(at: Option<NaiveDateTime>) -> i64 {
    at.map_or(0, |at| seconds_of(at).saturating_mul(1000))
}
