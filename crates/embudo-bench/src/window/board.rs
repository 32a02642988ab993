//! The funnel board with 20,000 cards: opened, scrolled, and cards dropped into another column.

use anyhow::{Context, Result, anyhow, ensure};

use crate::hands::{Window, row, scrolled};
use crate::{Paths, Row};

const OPENINGS: usize = 60;
const DROPS: usize = 60;
const WARM_UP: usize = 5;
const OPEN_MS: f64 = 200.0;
const DROP_MS: f64 = 50.0;
/// The rail has the inbox first and the board second.
const INBOX: &str = "nav > button:nth-of-type(1)";
const BOARD: &str = "nav > button:nth-of-type(2)";
/// Every column in view that has cards shows some.
const FULL: &str = "(() => {
  const columns = [...document.querySelectorAll('section[data-stage]')];
  return columns.length > 1 && columns.every((column) =>
    column.getBoundingClientRect().left > innerWidth || column.querySelector('[data-lead]') ||
    column.querySelector('.count')?.textContent.trim() === '0');
})()";

pub fn measure(paths: &Paths, tell: &mut dyn FnMut(Row)) -> Result<()> {
    let mut window = Window::open(paths)?;
    let opened = openings(&mut window)?;
    let cards = window.run(
        "const done = arguments[arguments.length - 1];
         const of = (column) => Number(column.querySelector('.count').textContent.replace(/\\D/g, ''));
         done([...document.querySelectorAll('section[data-stage]')].map(of).reduce((a, b) => a + b, 0))",
    )?;
    let cards = cards.as_u64().context("no counts")?;
    ensure!(cards > 15_000, "the board shows {cards} cards: it is not the one of the goal");
    let list = "section[data-stage]:nth-of-type(2) [role=grid]";
    let height = window.run(&format!(
        "const rows = document.querySelectorAll({list:?} + ' [data-lead]');
         const at = (row) => row.getBoundingClientRect().top;
         arguments[arguments.length - 1](Math.round(at(rows[1]) - at(rows[0])))"
    ))?;
    let height = u32::try_from(height.as_u64().context("no height")?)?;
    tell(row(&format!("open a board of {cards} cards: click → every column → second frame"), opened, OPEN_MS));
    let (frames, blank) = window.scroll(list, height)?;
    tell(scrolled("scroll over the longest column", &frames, blank));
    tell(row("drop a card: let go → in its column → second frame", drops(&mut window)?, DROP_MS));
    Ok(())
}

fn openings(window: &mut Window) -> Result<Vec<f64>> {
    let mut samples = Vec::new();
    for n in 0..WARM_UP + OPENINGS {
        let inbox = window.element(INBOX)?;
        window.0.click(&inbox).map_err(|error| anyhow!(error))?;
        window.wait("document.querySelector('[role=row] .name') && !document.querySelector('section[data-stage]')")?;
        window.run(&format!("window.bench.arm('pointerdown', () => {FULL}); arguments[arguments.length - 1](true)"))?;
        let board = window.element(BOARD)?;
        window.0.click(&board).map_err(|error| anyhow!(error))?;
        let sample = window.sample_ms()?;
        if n >= WARM_UP {
            samples.push(sample);
        }
    }
    Ok(samples)
}

/// The first card of one column goes to the top of its neighbour, and the next one back.
fn drops(window: &mut Window) -> Result<Vec<f64>> {
    let mut samples = Vec::new();
    for n in 0..WARM_UP + DROPS {
        let (from, to) = if n % 2 == 0 { (2, 3) } else { (3, 2) };
        let places = window.run(&format!(
            "const done = arguments[arguments.length - 1];
             const column = (n) => document.querySelector(`section[data-stage]:nth-of-type(${{n}})`);
             for (const n of [{from}, {to}]) column(n).querySelector('[role=grid]').scrollTop = 0;
             // Scrolled to the end before: its first cards are drawn when they are in view again.
             const look = () => requestAnimationFrame(() => {{
               const card = column({from}).querySelector('[data-lead][aria-rowindex=\"1\"]');
               if (!card) return look();
               const there = column({to}).querySelector('[role=grid]').getBoundingClientRect();
               const here = card.getBoundingClientRect();
               const id = card.dataset.lead;
               const target = column({to});
               window.bench.arm('pointerup', () => target.querySelector(`[data-lead=\"${{id}}\"]`) !== null);
               done([here.left + 60, here.top + 12, there.left + 60, there.top + 14].map(Math.round));
             }});
             look();"
        ))?;
        let at = |index: usize| places[index].as_i64().context("no place");
        window.0.drag((at(0)?, at(1)?), (at(2)?, at(3)?)).map_err(|error| anyhow!(error))?;
        let sample = window.sample_ms()?;
        if n >= WARM_UP {
            samples.push(sample);
        }
    }
    Ok(samples)
}
