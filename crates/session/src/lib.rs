//! What a Sightline peer decides: state machines without IO, clocks or a browser.
