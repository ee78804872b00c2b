#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>

#include "teasel/cli/command.hpp"
#include "teasel/core/error.hpp"
#include "teasel/core/file.hpp"
#include "teasel/core/progress.hpp"
#include "teasel/report/table_formats.hpp"
#include "teasel/report/text_table.hpp"
#include "teasel/study/score_inputs.hpp"
#include "teasel/study/score_page.hpp"

namespace teasel {
namespace {

namespace fs = std::filesystem;

struct Arguments {
  std::vector<fs::path> runs;
  TableInputs tables;
  std::vector<std::string> protocols{"teasel"};
  ScoringOptions options;
  std::string representation, format;
  std::vector<int64_t> split;
  fs::path out, page;
};

const std::map<std::string, std::string> formats_by_ending{
    {".json", "json"}, {".csv", "csv"}, {".md", "markdown"}, {".tex", "latex"}};
const std::vector<std::string> formats{"table", "json", "csv", "markdown", "latex"};

Completion word_list(std::vector<std::string> list) {
  return words([list = std::move(list)] { return list; });
}

std::vector<std::string> with_all(std::vector<std::string> names) {
  names.insert(names.begin(), "all");
  return names;
}

void declare_inputs(Declaration& app, Arguments& a) {
  CodeFiles& shared = a.tables.rest;
  app.add_option("runs", a.runs, "run folders, or folders of them, instead of files").completes(folders());
  app.add_option("--codes", a.tables.codes,
                 "codes [items, latents]: npy, npz (means, log_variances, class_probabilities, factors), HDF5, csv or "
                 "tsv with a header; several for several runs over the same items")
      .completes(files());
  app.add_option(
         "--factors", shared.factors,
         "factors [items, factors]: likewise; whole numbers are classes, and so are others of at most 256 values, "
         "by rank of the values that occur; numbers of more values are continuous")
      .completes(files());
  app.add_option("--log-variances", a.tables.log_variances,
                 "of Gaussian posteriors whose means the codes are, [items, latents]; divergences are from N(0, 1)")
      .completes(files());
  app.add_option("--class-probabilities", a.tables.class_probabilities, "of a categorical latent, [items, classes]")
      .completes(files());
  app.add_option("--id", shared.id, "a column that names items in both tables, by which their rows are joined");
  app.add_option("--units", shared.units, "sizes of vector-valued units, columns in order, or one size for all",
                 at_least(1))
      .parted_by(',');
}

void declare_factors(Declaration& app, FactorOptions& columns) {
  const auto names = [&](const char* option, std::vector<std::string>& target, const char* doc) {
    app.add_option(option, target, doc).parted_by(',');
  };
  names("--factor-names", columns.names,
        "names of the factors, one for each column; default: the header, or factor_0, ...");
  names("--continuous", columns.continuous, "factors that are no classes");
  names("--discrete", columns.discrete, "factors whose values are classes, however many");
  names("--cyclic", columns.cyclic, "factors whose last value is next to the first");
  names("--nuisance", columns.nuisance, "factors that no score asks for");
  app.add_option("--missing", columns.missing,
                 "what stands for a value that is not known, besides NaN and empty cells");
}

void declare_scores(Declaration& app, Arguments& a) {
  app.add_option("--metrics", a.options.metrics, "which, parted by commas; default: all that the codes allow")
      .parted_by(',')
      .completes(words([] { return with_all(Registry<Metric>::get().names()); }));
  app.add_option("--protocol", a.protocols, "protocols, parted by commas: names, files (*.toml), or all")
      .parted_by(',')
      .completes(words([] { return with_all(protocol_names()); }));
  app.add_option("--representation", a.representation,
                 "means, draws from the posteriors, or both, instead of what each protocol says",
                 one_of({"mean", "sampled", "both"}))
      .completes(word_list({"mean", "sampled", "both"}));
  app.add_option("--split", a.split, "A,B: the first A rows train, the next B test, and nothing is drawn", at_least(1))
      .parted_by(',');
  app.add_option("--seed", a.options.seed, "of what a protocol draws at random", at_least(0));
  app.add_option("--seeds", a.options.seeds, "repeats with as many seeds: means, and their spread", between(1, 1000));
}

void declare_outputs(Declaration& app, Arguments& a) {
  app.add_option("--format", a.format, "of the scores; default: by the ending of --out, else table", one_of(formats))
      .completes(word_list(formats));
  app.add_option("-o,--out", a.out, "a file for the scores").completes(files());
  app.add_option("--page", a.page, "a self-contained page with plots of everything").completes(files(".html"));
}

// What is wrong with the command line itself, before anything is read.
void settle(Arguments& a, const CommonOptions& common) {
  if (a.runs.empty() && a.tables.codes.empty())
    throw Error("there is nothing to score",
                "teasel score --codes codes.npy --factors factors.npy, or teasel score RUN");
  if (!a.runs.empty() && !a.tables.codes.empty())
    throw Error("runs and --codes cannot be scored together", "Name the runs alone, or give their codes as files.");
  const CodeFiles& shared = a.tables.rest;
  if (!a.runs.empty() && !shared.factors.empty())
    throw Error("--factors belongs to --codes: a run knows the factors of its data", "Leave it out.");
  if (!a.split.empty() && a.split.size() != 2)
    throw Error(fmt::format("--split takes two numbers of rows, and here are {}", a.split.size()),
                "--split 10000,5000");
  if (std::ranges::count(a.options.metrics, "all")) a.options.metrics.clear();
  a.options.protocols = std::ranges::count(a.protocols, "all") ? protocol_names() : a.protocols;
  check_names(a.options);
  const auto ending = formats_by_ending.find(a.out.extension().string());
  if (common.json)
    a.format = "json";
  else if (a.format.empty())
    a.format = ending == formats_by_ending.end() ? "table" : ending->second;
  for (auto& file : {a.out, a.page})
    if (!file.empty()) check_place(file);
}

ScoreInputs open_inputs(const Arguments& a) {
  std::optional<Split> split;
  if (!a.split.empty()) split = Split{a.split[0], a.split[1]};
  ScoreInputs inputs = a.runs.empty() ? open_tables(a.tables, split) : open_runs(a.runs, split);
  if (a.representation == "sampled" || a.representation == "both")
    for (auto& input : inputs.list)
      if (input.evidence->table().spread.empty())
        throw Error(
            fmt::format("--representation {} needs posteriors, and '{}' holds none", a.representation, input.name),
            "Give --log-variances beside the codes.");
  return inputs;
}

std::string text_of(const std::vector<ScoredCodes>& scored, const std::string& format) {
  if (format == "json") return to_json(scores_value(scored), 2) + "\n";
  if (format == "csv") return csv_table(scores_table(scored, true));
  const Table table = scores_table(scored, false);
  return format == "markdown" ? markdown_table(table) : format == "latex" ? latex_table(table) : text_table(table);
}

int run_score(Arguments a, const CommonOptions& common) {
  settle(a, common);
  const ScoreInputs inputs = open_inputs(a);
  for (auto& remark : inputs.remarks) log_line("note: " + remark);
  a.options.progress = true;
  const auto scored = score_inputs(inputs, a.options, a.representation);
  std::vector<LeftOut> left_out;
  for (auto& codes : scored)
    for (auto& out : codes.scores.left_out)
      if (!std::ranges::count(left_out, out)) left_out.push_back(out);
  log_left_out(left_out);
  const std::string text = text_of(scored, a.format);
  if (!a.out.empty()) write_file(a.out, text);
  if (!a.page.empty()) {
    const std::string title = scored.size() == 1 ? fs::path(scored[0].name).filename().string() : "Scores";
    write_file(a.page, score_page({title, scored, inputs.remarks}));
  }
  print(a.out.empty() ? text : a.out.string() + "\n");
  return 0;
}

const RegisterCommand command{{"score", "score codes from anywhere, in files or of runs",
                               "teasel score --codes codes.npy --factors factors.npy",
                               [](Declaration& app, const CommonOptions& common) {
                                 auto a = std::make_shared<Arguments>();
                                 declare_inputs(app, *a);
                                 declare_factors(app, a->tables.rest.columns);
                                 declare_scores(app, *a);
                                 declare_outputs(app, *a);
                                 return [a, &common] { return run_score(*a, common); };
                               }}};

}  // namespace
}  // namespace teasel
