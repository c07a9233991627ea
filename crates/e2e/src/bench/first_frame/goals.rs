//! The goals, and whether the figures meet them.

use super::compare::{Ratio, ratio};
use super::link::{Goals, Link, Pages};
use super::run::Run;
use super::summary::{Summary, find};

/// How long after the first frame the picture may be less than 1,280 wide, in milliseconds.
const SHARP_WITHIN: f64 = 100.0;

/// What share of the time of the browser's defaults, connected before, the first frame may
/// take.
const FIRST_FRAME: f64 = 0.75;

/// One goal of one link.
#[derive(Clone, Debug)]
pub(crate) struct Goal {
    pub(crate) link: Link,
    pub(crate) pages: Pages,
    pub(crate) what: String,
    /// What was measured.
    pub(crate) figure: String,
    pub(crate) verdict: Verdict,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    Met,
    /// The medians miss it, and their interval does not rule out that it is met.
    WithinSpread,
    NotMet,
}

impl Verdict {
    pub(crate) const fn text(self) -> &'static str {
        match self {
            Self::Met => "met",
            Self::WithinSpread => "not met, by less than the spread",
            Self::NotMet => "**not met**",
        }
    }

    /// Of a ratio that may be so much at most.
    fn at_most(ratio: Ratio, most: f64) -> Self {
        if ratio.value <= most {
            Self::Met
        } else if ratio.low <= most {
            Self::WithinSpread
        } else {
            Self::NotMet
        }
    }

    const fn of(met: bool) -> Self {
        if met { Self::Met } else { Self::NotMet }
    }
}

/// The goals of all links that were measured.
pub(crate) fn goals(all: &[Summary]) -> Vec<Goal> {
    let mut goals = Vec::new();
    for ours in all.iter().filter(|one| one.pages.is_sightline()) {
        let wanted = ours.link.goals();
        // The figures are of the runs that had a picture; that there are others is said first.
        if ours.failures > 0 && wanted != Goals::None {
            let count = ours.runs.len();
            goals.push(Goal {
                link: ours.link,
                pages: ours.pages,
                what: "a picture in each run".to_owned(),
                figure: format!("{count} of {}", count + ours.failures),
                verdict: Verdict::NotMet,
            });
        }
        if ours.runs.is_empty() {
            continue;
        }
        goals.extend(match wanted {
            Goals::Sharp => sharp(all, ours),
            Goals::NoWorse => no_worse(all, ours),
            Goals::None => Vec::new(),
        });
    }
    goals
}

fn sharp(all: &[Summary], ours: &Summary) -> Vec<Goal> {
    let goal = |what: String, figure, verdict| {
        let (link, pages) = (ours.link, ours.pages);
        Goal { link, pages, what, figure, verdict }
    };
    let sharp = ours.sharp(|run| run.first);
    let soon = |run: &&Run| run.sharp.is_some_and(|sharp| sharp - run.first <= SHARP_WITHIN);
    let runs = format!("in {} of {}", ours.runs.iter().filter(soon).count(), ours.runs.len());
    let mut goals = vec![goal(
        format!("1,280 wide at most {SHARP_WITHIN} ms after the first frame"),
        sharp.map_or_else(|| "never".to_owned(), |sharp| format!("{sharp:.0} ms, {runs} runs")),
        Verdict::of(sharp.is_some_and(|sharp| sharp <= SHARP_WITHIN)),
    )];
    if let Some(theirs) = find(all, ours.link, Pages::Connected) {
        let ratio = ratio(&ours.values(|run| run.first), &theirs.values(|run| run.first));
        goals.push(goal(
            format!("first frame in at most {FIRST_FRAME} of the defaults, connected before"),
            shown(ratio),
            Verdict::at_most(ratio, FIRST_FRAME),
        ));
    }
    goals
}

type Figure = fn(&Run) -> f64;

/// No worse than either of the defaults.
fn no_worse(all: &[Summary], ours: &Summary) -> Vec<Goal> {
    // Frames are counted the other way round: more of them is better.
    let figures: [(&str, Figure, bool); 3] = [
        ("first frame no later than", |run| run.first, false),
        ("frames in 10 s no fewer than", |run| f64::from(run.frames[1]), true),
        ("longest freeze no longer than", |run| run.freeze, false),
    ];
    let mut goals = Vec::new();
    for (what, figure, more_is_better) in figures {
        for defaults in [Pages::Connected, Pages::Cold] {
            let Some(theirs) = find(all, ours.link, defaults) else { continue };
            let (ours_all, theirs_all) = (ours.values(figure), theirs.values(figure));
            let (shown_ratio, worse) = if more_is_better {
                (ratio(&ours_all, &theirs_all), ratio(&theirs_all, &ours_all))
            } else {
                let ratio = ratio(&ours_all, &theirs_all);
                (ratio, ratio)
            };
            goals.push(Goal {
                link: ours.link,
                pages: ours.pages,
                what: format!("{what} with the {}", defaults.title()),
                figure: shown(shown_ratio),
                verdict: Verdict::at_most(worse, 1.0),
            });
        }
    }
    goals
}

fn shown(ratio: Ratio) -> String {
    format!("{:.2} ({:.2} to {:.2})", ratio.value, ratio.low, ratio.high)
}

#[cfg(test)]
mod tests {
    use super::super::summary::tests::summary;
    use super::*;

    const DEFAULTS: Run =
        Run { first: 200.0, widths: [320, 640], sharp: None, frames: [100, 200], freeze: 300.0 };

    fn verdicts(link: Link, ours: Run) -> Vec<Verdict> {
        let all = [
            summary(link, Pages::Cold, Run { first: 400.0, ..DEFAULTS }),
            summary(link, Pages::Connected, DEFAULTS),
            summary(link, Pages::Sightline, ours),
        ];
        goals(&all).iter().map(|goal| goal.verdict).collect()
    }

    #[test]
    fn a_fast_link_wants_a_sharp_picture_soon() {
        use Verdict::{Met, NotMet, WithinSpread};
        let run = |first, sharp| Run { first, sharp, ..DEFAULTS };
        for (run, expected) in [
            (run(140.0, Some(140.0)), [Met, Met]),
            (run(140.0, Some(250.0)), [NotMet, Met]),
            (run(150.5, Some(152.0)), [Met, WithinSpread]),
            (DEFAULTS, [NotMet, NotMet]),
        ] {
            assert_eq!(verdicts(Link::Uplink5, run), expected, "{run:?}");
        }
    }

    #[test]
    fn a_slow_link_may_not_be_worse_off() {
        use Verdict::{Met, NotMet};
        assert_eq!(verdicts(Link::Uplink1, DEFAULTS), [Met; 6]);
        let worse = Run { first: 300.0, frames: [50, 150], freeze: 900.0, ..DEFAULTS };
        let expected = [NotMet, Met, NotMet, NotMet, NotMet, NotMet];
        assert_eq!(verdicts(Link::Uplink1, worse), expected);
    }

    #[test]
    fn a_run_without_a_picture_is_not_passed_over() {
        for runs in [summary(Link::Loopback, Pages::Sightline, DEFAULTS).runs, Vec::new()] {
            let pages = Summary::new(Link::Loopback, Pages::Sightline);
            let goals = goals(&[Summary { runs, failures: 1, ..pages }]);
            assert_eq!(goals.first().map(|goal| goal.verdict), Some(Verdict::NotMet), "{goals:?}");
        }
    }

    #[test]
    fn what_was_not_measured_has_no_goal() {
        assert!(goals(&[Summary::new(Link::Loopback, Pages::Sightline)]).is_empty());
        for link in [Link::Uplink2, Link::Firefox] {
            assert!(goals(&[summary(link, Pages::Sightline, DEFAULTS)]).is_empty());
        }
    }
}
