//! `segctl import`: documents of what is live. Sends nothing but reads.

use std::collections::BTreeSet;
use std::path::PathBuf;

use clap::Args;

use super::args::{Global, Output, Source};
use super::context::Context;
use super::exit::Exit;
use super::import_place::Place;
use super::interrupt::Interrupt;
use super::new_files::{NewFile, write_new};
use super::{import_update, output, schema, target};
use crate::desired::Desired;
use crate::diagnostic::Code;
use crate::document::Target;
use crate::import::{Scene, import, survey};
use crate::live::{Live, Questions, Scope};
use crate::plan::Plan;
use crate::provider::{Failure, Reader, Requests};
use crate::report::{Imported, Planned, Report, TargetReport, json, text};

/// Options of `import`.
#[derive(Args, Debug)]
#[command(
    after_help = "--update edits only what differs: comments, order, quotes, anchors and line breaks stay. What \
                  Git says may not be applied yet, so only what a person is proven to have changed is \
                  taken, and all else where it is named. A document that cannot say what is live is \
                  left out with a code and not touched.\n\n\
                  Exit codes: 0 done or nothing to do, 3 a document is invalid, 4 something was left out, \
                  6 the credentials are not enough.\n\n\
                  Examples:\n  segctl import -t production                    all that is not in Git yet\n  \
                  segctl import -t production 'Beta users'       one segment, and the rules that use it\n  \
                  segctl import -t production --out imported     into a folder of its own\n  \
                  segctl import -t production --update           drift into the documents that are there\n  \
                  segctl import -t production --update --diff    only show what would change"
)]
pub(super) struct ImportArgs {
    /// Only these segments, by their name in the live system, in their mark or in Git, and the
    /// rules that use them; with --update only these segments and attachments
    #[arg(value_name = "NAME")]
    pub(super) names: Vec<String>,
    #[command(flatten)]
    source: Source,
    /// Bring what drifted back into the documents that are there
    #[arg(long)]
    update: bool,
    /// With --update: write nothing, and show what would change
    #[arg(long)]
    pub(super) diff: bool,
    /// The folder for `segments/` and `attachments/`; without it, that of segctl.yaml
    #[arg(long, value_name = "DIR", env = "SEGCTL_OUT")]
    out: Option<PathBuf>,
    /// How many requests are in flight at once
    #[arg(long, value_name = "N", env = "SEGCTL_PARALLELISM", value_parser = clap::value_parser!(u8).range(1..=32))]
    pub(super) parallelism: Option<u8>,
}

pub(super) async fn run(global: &Global, args: &ImportArgs) -> Exit {
    let context = match open(args) {
        Ok(context) => context,
        Err(message) => return output::usage(global, "import", &message),
    };
    let mut report = context.report("import");
    output::diagnostics(global, &report);
    let wanted = context.selected(&args.source.target).next();
    let (Some((target, desired)), false) = (wanted, context.has_errors()) else {
        output::finish(global, &mut report);
        return Exit::Invalid;
    };
    if args.update {
        return import_update::run(global, args, &context, target, desired).await;
    }
    let run = Run { args, context: &context, target, desired, interrupt: Interrupt::listen() };
    let mut requests = Requests::default();
    let (result, imported, exit) = match run.import(&mut requests).await {
        Ok((planned, imported)) => {
            let exit = if imported.import.left_out.is_empty() { Exit::Ok } else { Exit::Partly };
            (Ok(planned), Some(imported), exit)
        }
        Err(failure) => {
            let failure = context.veil().failure(&failure);
            let usage = failure.code == Code::Usage;
            let exit = if usage { Exit::Usage } else { Exit::of_failure(&failure) };
            (Err(failure), None, exit)
        }
    };
    report.targets = vec![TargetReport { requests, ..TargetReport::of(target, result) }];
    report.ok = exit == Exit::Ok;
    show(global, &report, imported.as_ref());
    output::requests(global, &report);
    exit
}

/// Loads the workspace. That its globs find nothing yet is no mistake here.
fn open(args: &ImportArgs) -> Result<Context, String> {
    if args.update && args.out.is_some() {
        return Err("--update edits the documents where they are, so it excludes --out".to_owned());
    }
    if args.diff && !args.update {
        return Err("--diff shows what --update would change: say both".to_owned());
    }
    let mut context = Context::load(&args.source)?;
    if !context.narrowed_to.is_empty() {
        return Err("import reads all documents: -f names the workspace only".to_owned());
    }
    if context.selected(&args.source.target).nth(1).is_some() {
        let names = context.targets.iter().map(|(it, _)| it.name.as_str());
        let names: Vec<&str> = names.collect();
        return Err(format!("import reads one target: say -t {}", names.join(" or -t ")));
    }
    context.diagnostics.retain(|it| it.code != Code::NoMatch);
    Ok(context)
}

fn show(global: &Global, report: &Report<'_>, imported: Option<&Imported>) {
    if global.output == Output::Json {
        return output::json(&json::imported(report, imported));
    }
    for target in &report.targets {
        match (&target.result, imported) {
            (Ok(planned), Some(imported)) => {
                output::result(&text::imported(target, planned, imported));
                if !global.quiet {
                    output::log(&text::import_warnings(imported));
                }
            }
            (Err(failure), _) => {
                output::log(&format!("Target {}\n{}", target.name, text::failure(failure)));
            }
            (Ok(_), None) => {}
        }
    }
}

/// The import of one target.
struct Run<'a> {
    args: &'a ImportArgs,
    context: &'a Context,
    target: &'a Target,
    desired: &'a Desired,
    interrupt: Interrupt,
}

impl Run<'_> {
    async fn import(&self, requests: &mut Requests) -> Result<(Planned, Imported), Failure> {
        let place = Place::of(self.context, self.target, self.args.out.as_deref())?;
        let connect = target::connect(self.target, self.context, self.args.parallelism);
        let connection = self.interrupt.or(connect).await?;
        let reader = &connection.reader;
        let made = self.interrupt.or(self.make(&place, reader)).await;
        *requests = reader.requests();
        let (version, imported) = made?;
        self.write(&place, &imported)?;
        let plan = Plan::default();
        let veil = self.context.veil();
        Ok((Planned::new(version, plan, self.target.provider, &veil), imported))
    }

    /// Reads the live system and makes the documents.
    async fn make<R: Reader>(
        &self,
        place: &Place,
        reader: &R,
    ) -> Result<(Option<String>, Imported), Failure> {
        let mut live = Live::read(reader, &Scope::of(self.desired)).await?;
        let others = place.others(self.context, self.target);
        let scene = self.scene(place, &live, &others);
        let survey = survey(&scene);
        let wanted = survey.choose(&self.args.names).map_err(|unknown| unknown_names(&unknown))?;
        let used = wanted.iter().map(|at| &live.segments[*at]).filter(|it| it.used);
        let used: BTreeSet<String> = used.map(|it| it.id.clone()).collect();
        let rules = reader.find_rules(&used).await?;
        let mut import = import(&scene, &survey, &wanted, &rules);
        if !import.segments().is_empty() {
            let questions = Questions { archived: true, ..Questions::default() };
            live.ask(reader, &questions).await?;
            import.leave_out_archived(&live.answers.archived);
        }
        let left_out = import.left_out.iter_mut().map(|it| &mut it.message);
        self.context.veil().imported(left_out, &live, self.target.provider);
        let warnings = place.warnings(self.context, self.target, &import);
        let schema = (!import.documents.is_empty()).then(|| place.missing_schema()).flatten();
        let version = live.version.clone();
        Ok((version, Imported { import, folder: place.shown(), schema, warnings }))
    }

    fn scene<'s>(
        &'s self,
        place: &'s Place,
        live: &'s Live,
        others: &'s [&'s Desired],
    ) -> Scene<'s> {
        Scene {
            workspace: &place.workspace,
            target: self.target,
            desired: self.desired,
            others,
            taken: &place.taken,
            live,
            schema: &place.schema,
            is_document: &place.is_document,
        }
    }

    fn write(&self, place: &Place, imported: &Imported) -> Result<(), Failure> {
        let workspace = self.context.root.as_path();
        let root = if place.inside.is_some() { workspace } else { &place.folder };
        let documents = imported.import.documents.iter().flat_map(|it| &it.files);
        let mut files: Vec<NewFile<'_>> = documents
            .map(|file| NewFile { root, path: place.folder.join(&file.path), text: &file.text })
            .collect();
        let schema = schema::of_documents();
        if imported.schema.is_some() {
            let path = place.schema_file.clone();
            files.push(NewFile { root: workspace, path, text: &schema });
        }
        write_new(&files, || self.interrupt.asked())
    }
}

fn unknown_names(unknown: &[String]) -> Failure {
    Failure::new(Code::Usage, unknown.join("; ")).help("leave the names out to import everything")
}
