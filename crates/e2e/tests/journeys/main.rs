//! The journeys, a topic a file. They are one program, so that they share browsers.

mod across;
