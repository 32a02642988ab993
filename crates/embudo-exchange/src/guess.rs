//! What a column means, by the words of its header in English, Spanish and Portuguese.

use serde::{Deserialize, Serialize};
use ts_rs::TS;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Field {
    Name,
    FirstName,
    LastName,
    Phone,
    Email,
    /// Goes into the words about the person, with its header before it.
    About,
    Tags,
    Source,
    Status,
    Responsible,
}

/// What each column means; `None` is left out. As long as the table has columns.
pub type Mapping = Vec<Option<Field>>;

/// Whole headers, folded. The first list that has it wins.
const WORDS: &[(Field, &[&str])] = &[
    (
        Field::FirstName,
        &["first name", "given name", "firstname", "primer nombre", "primeiro nome", "nombre de pila", "nombres"],
    ),
    (
        Field::LastName,
        &["last name", "family name", "surname", "lastname", "apellido", "apellidos", "sobrenome", "ultimo nome"],
    ),
    (
        Field::Name,
        &[
            "name",
            "full name",
            "contact",
            "contact name",
            "display name",
            "customer",
            "client",
            "lead",
            "fn",
            "nombre",
            "nombre completo",
            "contacto",
            "cliente",
            "nombre del contacto",
            "nome",
            "nome completo",
            "contato",
            "nome do contato",
            "card name",
        ],
    ),
    (
        Field::Phone,
        &[
            "phone",
            "phone number",
            "mobile",
            "mobile phone",
            "cell",
            "cell phone",
            "cellphone",
            "number",
            "whatsapp",
            "whatsapp number",
            "tel",
            "telephone",
            "phone 1 value",
            "primary phone",
            "telefono",
            "numero",
            "celular",
            "movil",
            "numero de telefono",
            "telefono movil",
            "numero de whatsapp",
            "telefone",
            "numero de telefone",
            "fone",
            "telefone celular",
            "numero de celular",
            "card phone",
            "card phone 2",
            "phone e164",
            "phone 2 value",
        ],
    ),
    (
        Field::Email,
        &[
            "email",
            "e mail",
            "mail",
            "email address",
            "e mail address",
            "e mail 1 value",
            "correo",
            "correo electronico",
            "direccion de correo",
            "endereco de email",
            "endereco de e mail",
            "card email",
        ],
    ),
    (
        Field::Tags,
        &[
            "tags",
            "tag",
            "labels",
            "label",
            "groups",
            "group",
            "categories",
            "etiquetas",
            "etiqueta",
            "grupos",
            "grupo",
            "categorias",
            "marcadores",
            "group membership",
            "card groups",
        ],
    ),
    (Field::Source, &["source", "origin", "lead source", "fuente", "origen", "canal de origen", "fonte", "origem"]),
    (Field::Status, &["status", "lead status", "estado", "estado del lead", "situacao", "status do lead"]),
    (
        Field::Responsible,
        &[
            "responsible",
            "owner",
            "assigned to",
            "assignee",
            "agent",
            "seller",
            "sales rep",
            "responsable",
            "vendedor",
            "asignado a",
            "agente",
            "asesor",
            "responsavel",
            "atendente",
            "atribuido a",
        ],
    ),
    (
        Field::About,
        &[
            "notes",
            "note",
            "about",
            "comment",
            "comments",
            "description",
            "company",
            "organization",
            "organisation",
            "notas",
            "nota",
            "acerca de",
            "sobre",
            "comentario",
            "comentarios",
            "observaciones",
            "descripcion",
            "empresa",
            "anotacoes",
            "observacao",
            "observacoes",
            "descricao",
            "card note",
            "card organisation",
        ],
    ),
];

/// Lower case, without accents, with single blanks for everything that is no letter or digit.
pub fn folded_header(header: &str) -> String {
    let plain: String = header
        .nfd()
        .filter(|c| !is_combining_mark(*c))
        .flat_map(char::to_lowercase)
        .map(|c| if c.is_alphanumeric() { c } else { ' ' })
        .collect();
    plain.split_whitespace().collect::<Vec<_>>().join(" ")
}

pub fn field_of_header(header: &str) -> Option<Field> {
    let folded = folded_header(header);
    WORDS.iter().find(|(_, words)| words.contains(&folded.as_str())).map(|(field, _)| *field)
}

/// By the headers; where they say nothing, by what stands below. One name, several numbers.
pub fn mapping(headers: &[String], sample: impl Fn(usize) -> Vec<String>) -> Mapping {
    let mut mapping: Mapping = headers.iter().map(|header| field_of_header(header)).collect();
    let may_repeat = |field: Field| matches!(field, Field::Phone | Field::About | Field::Tags);
    let mut taken: Vec<Field> = Vec::new();
    for field in mapping.iter_mut() {
        match *field {
            Some(known) if taken.contains(&known) && !may_repeat(known) => *field = None,
            Some(known) => taken.push(known),
            None => {}
        }
    }
    let is_phone = |cell: &String| {
        let digits = cell.chars().filter(char::is_ascii_digit).count();
        (8..=15).contains(&digits) && cell.chars().all(|c| c.is_ascii_digit() || " +-().".contains(c))
    };
    let is_email = |cell: &String| cell.split_once('@').is_some_and(|(_, domain)| domain.contains('.'));
    let is_name = |cell: &String| cell.chars().any(char::is_alphabetic) && !cell.contains('@');
    type IsIt<'a> = &'a dyn Fn(&String) -> bool;
    let by_content: [(Field, IsIt<'_>); 3] =
        [(Field::Email, &is_email), (Field::Phone, &is_phone), (Field::Name, &is_name)];
    for (field, is_it) in by_content {
        let known = taken.contains(&field) || (field == Field::Name && taken.contains(&Field::FirstName));
        if known {
            continue;
        }
        let found = (0..mapping.len()).find(|column| {
            let cells = sample(*column);
            // A header that we do not know is a word for something else, not for a name.
            let may = field != Field::Name || headers.get(*column).is_none_or(String::is_empty);
            mapping[*column].is_none() && may && !cells.is_empty() && cells.iter().all(is_it)
        });
        if let Some(column) = found {
            mapping[column] = Some(field);
            taken.push(field);
        }
    }
    mapping
}

/// The same for files with the same columns, whatever their order of capitals and accents.
pub fn header_set(headers: &[String]) -> String {
    headers.iter().map(|header| folded_header(header)).collect::<Vec<_>>().join("|")
}
