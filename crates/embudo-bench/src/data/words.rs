//! Words as people send them to a shop, in three languages: a few are in every second message,
//! most are rare (Zipf). The frequent ones are real, in about their real order; the long tail is
//! made of each language's syllables.

use rand::Rng;
use rand_chacha::ChaCha8Rng;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Language {
    Spanish,
    Portuguese,
    English,
}

impl Language {
    pub const ALL: [Language; 3] = [Language::Spanish, Language::Portuguese, Language::English];

    pub fn code(self) -> &'static str {
        match self {
            Language::Spanish => "es",
            Language::Portuguese => "pt",
            Language::English => "en",
        }
    }

    fn frequent(self) -> &'static str {
        match self {
            Language::Spanish => SPANISH,
            Language::Portuguese => PORTUGUESE,
            Language::English => ENGLISH,
        }
    }

    fn syllables(self) -> (&'static [&'static str], &'static [&'static str]) {
        match self {
            Language::Spanish => (
                &[
                    "ca", "de", "ma", "pa", "re", "en", "con", "pre", "tra", "su", "lo", "mi", "ven", "go", "ta", "ra",
                    "ñu", "cho",
                ],
                &["ción", "do", "ra", "mente", "dad", "ero", "illo", "ar", "es", "ito", "or", "ez"],
            ),
            Language::Portuguese => (
                &[
                    "ca", "de", "ma", "pa", "re", "em", "com", "pre", "tra", "so", "lo", "mi", "ven", "go", "ta", "ra",
                    "lha", "nho",
                ],
                &["ção", "do", "ra", "mente", "dade", "eiro", "inho", "ar", "es", "ões", "or", "ês"],
            ),
            Language::English => (
                &[
                    "re", "con", "pre", "pro", "un", "sta", "ma", "li", "ter", "ca", "de", "fo", "be", "sho", "tra",
                    "wi", "ou", "ha",
                ],
                &["ing", "ed", "er", "tion", "ly", "ness", "ment", "s", "able", "y", "est", "al"],
            ),
        }
    }
}

const SPANISH: &str = "de la que el en y a los se del las un por con no una su para es al lo como más o pero sus le ya este sí \
porque esta entre cuando muy sin sobre me hasta hay donde quien desde todo nos durante uno les ni contra ese hola gracias buenas \
precio envío cuánto cuesta tienen disponible quiero pedido talla color azul negro buenos días tarde mañana hoy entrega pago \
tarjeta transferencia efectivo dirección calle número casa por favor puedo puede enviar foto modelo camisa vestido zapatos \
pantalón bolsa oferta descuento cambio devolución tienda abierto horario sábado domingo lunes semana llega llegó paquete factura \
cuenta banco depósito comprobante listo perfecto ok claro mucho poco grande chico mediano blanco rojo verde otro otra mismo ahora \
después antes entonces cómo cuál cuáles dónde cuándo necesito busco interesa información catálogo ver mandar mando te voy estoy \
está son ser hacer hace tiempo rápido gratis mínimo compra comprar vender venta cliente señora señor amiga regalo cumpleaños niña";

const PORTUGUESE: &str = "de a o que e do da em um para é com não uma os no se na por mais as dos como mas foi ao ele das tem à seu sua ou \
ser quando muito há nos já está eu também só pelo pela até isso ela entre era depois sem mesmo aos ter seus quem nas me esse eles \
oi olá bom dia boa tarde noite obrigado obrigada preço quanto custa frete entrega pedido tamanho cor azul preto branco tem \
disponível quero comprar pix cartão boleto dinheiro endereço rua número casa favor posso pode enviar foto modelo camisa vestido \
sapato calça bolsa oferta desconto troca devolução loja aberto horário sábado domingo segunda semana chega chegou pacote nota \
fiscal conta banco depósito comprovante pronto perfeito ok claro pouco grande pequeno médio vermelho verde outro outra agora \
antes então qual quais onde preciso procuro interesse informação catálogo ver mandar mando te vou estou são fazer faz tempo \
rápido grátis mínimo compra vender venda cliente senhora senhor amiga presente aniversário menina você vocês gente valeu beleza";

const ENGLISH: &str = "the to and a of i you is in it for that on this with be have do are not can your my me we so at if but what how \
much does or will when from there just one get all out about up please thanks hello hi price order size color blue black white \
available want buy delivery shipping card cash payment address street number house send photo model shirt dress shoes pants bag \
sale discount return exchange store open hours saturday sunday monday week arrive arrived package invoice account bank deposit \
receipt ready perfect ok sure little large small medium red green other same now later before then which where need looking \
interested information catalog see tomorrow today morning afternoon evening time fast free minimum sell customer gift birthday";

/// Words of the tail per language: a real shop's messages have as many.
const TAIL: usize = 30_000;
/// Zipf's exponent; 1 is natural language.
const STEEPNESS: f64 = 1.02;

pub struct Vocabulary {
    words: Vec<String>,
    /// Cumulated shares.
    reach: Vec<f64>,
}

impl Vocabulary {
    pub fn new(language: Language, random: &mut ChaCha8Rng) -> Self {
        let mut words: Vec<String> = Vec::with_capacity(TAIL);
        let mut seen = std::collections::HashSet::new();
        for word in language.frequent().split_whitespace() {
            if seen.insert(word.to_owned()) {
                words.push(word.to_owned());
            }
        }
        let (starts, ends) = language.syllables();
        while words.len() < TAIL {
            let mut word = String::new();
            for _ in 0..random.random_range(1..=3) {
                word.push_str(starts[random.random_range(0..starts.len())]);
            }
            word.push_str(ends[random.random_range(0..ends.len())]);
            // Codes, sizes and prices are words too.
            if random.random_range(0..12) == 0 {
                word = random.random_range(10..100_000).to_string();
            }
            if seen.insert(word.clone()) {
                words.push(word);
            }
        }
        let mut sum = 0.0;
        let reach = (0..words.len())
            .map(|rank| {
                sum += 1.0 / (rank as f64 + 2.7).powf(STEEPNESS);
                sum
            })
            .collect();
        Self { words, reach }
    }

    pub fn word(&self, random: &mut ChaCha8Rng) -> &str {
        let total = self.reach.last().copied().unwrap_or_default();
        let at = random.random::<f64>() * total;
        let rank = self.reach.partition_point(|reach| *reach < at);
        &self.words[rank.min(self.words.len() - 1)]
    }

    /// A message: mostly short, sometimes a paragraph.
    pub fn sentence(&self, random: &mut ChaCha8Rng) -> String {
        let count = 1 + (random.random_range(0.001..1.0_f64).ln().abs() * 8.0) as usize;
        let mut text = String::with_capacity(count * 7);
        for at in 0..count.min(80) {
            if at > 0 {
                text.push(' ');
            }
            text.push_str(self.word(random));
        }
        if random.random_range(0..3) == 0 {
            text.push('?');
        }
        // As a keyboard on a phone writes it.
        if random.random_range(0..2) == 0 {
            let rest = text.split_off(text.chars().next().map_or(0, char::len_utf8));
            text = text.to_uppercase() + &rest;
        }
        text
    }
}
