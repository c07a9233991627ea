//! All runs of the same pages over the same link, and their medians.

use super::link::{Link, Pages};
use super::run::Run;
use crate::common::stats::Series;

/// All runs of the same kind.
#[derive(Clone, Debug)]
pub(crate) struct Summary {
    pub(crate) link: Link,
    pub(crate) pages: Pages,
    pub(crate) runs: Vec<Run>,
    /// Runs in which no picture came.
    pub(crate) failures: usize,
}

impl Summary {
    pub(crate) const fn new(link: Link, pages: Pages) -> Self {
        Self { link, pages, runs: Vec::new(), failures: 0 }
    }

    pub(crate) fn values(&self, figure: impl Fn(&Run) -> f64) -> Vec<f64> {
        self.runs.iter().map(figure).collect()
    }

    pub(crate) fn series(&self, figure: impl Fn(&Run) -> f64) -> Series {
        Series::new(self.values(figure))
    }

    /// How long it takes from `since` until the picture is 1,280 wide, in milliseconds: the
    /// median, with runs in which it never was as the longest of all. None where that is the
    /// median itself.
    pub(crate) fn sharp(&self, since: impl Fn(&Run) -> f64) -> Option<f64> {
        let mut times: Vec<f64> = self
            .runs
            .iter()
            .map(|run| run.sharp.map_or(f64::INFINITY, |sharp| sharp - since(run)))
            .collect();
        times.sort_by(f64::total_cmp);
        // Of an even number the later one: there is nothing between a time and never.
        times.get(times.len() / 2).copied().filter(|time| time.is_finite())
    }

    /// In how many runs the picture was 1,280 wide at some time.
    pub(crate) fn sharp_runs(&self) -> usize {
        self.runs.iter().filter(|run| run.sharp.is_some()).count()
    }
}

/// The runs of some pages over a link.
pub(crate) fn find(all: &[Summary], link: Link, pages: Pages) -> Option<&Summary> {
    all.iter().find(|one| one.link == link && one.pages == pages)
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// Runs that are all like this but for some milliseconds.
    pub(crate) fn summary(link: Link, pages: Pages, like: Run) -> Summary {
        let runs = [-2.0, -1.0, 0.0, 1.0, 2.0].map(|more| Run {
            first: like.first + more,
            freeze: like.freeze + more,
            ..like
        });
        Summary { runs: runs.to_vec(), ..Summary::new(link, pages) }
    }

    #[test]
    fn a_median_knows_runs_that_never_were_sharp() {
        let run =
            Run { first: 100.0, widths: [320, 640], sharp: None, frames: [1, 2], freeze: 50.0 };
        let mut summary = summary(Link::Loopback, Pages::Cold, run);
        assert_eq!(summary.sharp(|_| 0.0), None);
        for (run, sharp) in summary.runs.iter_mut().zip([130.0, 120.0, 110.0]) {
            run.sharp = Some(sharp);
        }
        assert_eq!((summary.sharp(|_| 0.0), summary.sharp_runs()), (Some(130.0), 3));
        assert_eq!(summary.sharp(|_| 100.0), Some(30.0));
        summary.runs.pop();
        assert_eq!(summary.sharp(|_| 0.0), Some(130.0));
        summary.runs.clear();
        assert_eq!(summary.sharp(|_| 0.0), None);
    }
}
