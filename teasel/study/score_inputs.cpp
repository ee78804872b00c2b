#include "teasel/study/score_inputs.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <utility>

#include "teasel/core/error.hpp"
#include "teasel/explore/traverse.hpp"
#include "teasel/study/evaluate.hpp"

namespace teasel {
namespace fs = std::filesystem;
namespace {

using Tables = std::vector<const CodeTable*>;

// A table with what it was made from. It knows the tables of all that are scored together.
class ScoredEvidence final : public Evidence {
 public:
  ScoredEvidence(CodeTable table, Codes codes, std::optional<Split> split, std::shared_ptr<Tables> all)
      : table_(std::move(table)), codes_(std::move(codes)), split_(split), all_(std::move(all)) {
    all_->push_back(&table_);
  }
  const CodeTable& table() override { return table_; }
  const Codes& codes() override { return codes_; }
  Tables runs() override { return *all_; }
  std::optional<Split> split() const override { return split_; }

 private:
  CodeTable table_;
  Codes codes_;
  std::optional<Split> split_;
  std::shared_ptr<Tables> all_;
};

void check_split(const std::optional<Split>& split, const std::string& where, int64_t rows) {
  if (split && split->test > rows - split->train)
    throw Error(
        fmt::format("--split {},{} does not fit '{}', which has {} rows", split->train, split->test, where, rows),
        "The first rows train, and those that follow test.");
}

// The files of the one set of codes at `at`.
CodeFiles files_at(const TableInputs& inputs, size_t at) {
  CodeFiles files = inputs.rest;
  files.codes = inputs.codes[at];
  if (!inputs.log_variances.empty()) files.log_variances = inputs.log_variances[at];
  if (!inputs.class_probabilities.empty()) files.class_probabilities = inputs.class_probabilities[at];
  return files;
}

void check_counts(const TableInputs& inputs) {
  for (auto [files, option] : {std::pair(&inputs.log_variances, "--log-variances"),
                               std::pair(&inputs.class_probabilities, "--class-probabilities")})
    if (!files->empty() && files->size() != inputs.codes.size())
      throw Error(
          fmt::format("{} was given {} times for {} files of codes", option, files->size(), inputs.codes.size()),
          "Give one for each, in the same order, or none.");
}

bool is_run(const fs::path& folder) { return fs::exists(folder / "config.toml"); }

std::vector<fs::path> runs_below(const std::vector<fs::path>& folders) {
  std::vector<fs::path> out;
  for (auto& folder : folders) {
    std::vector<fs::path> inside;
    if (!is_run(folder) && fs::is_directory(folder))
      for (auto& entry : fs::directory_iterator(folder))
        if (is_run(entry.path())) inside.push_back(entry.path());
    std::ranges::sort(inside);
    if (inside.empty()) inside.push_back(folder);  // a run, or what RunFolder says of it
    out.insert(out.end(), inside.begin(), inside.end());
  }
  for (auto& run : out) RunFolder::open(run);
  return out;
}

}  // namespace

ScoreInputs open_tables(const TableInputs& inputs, std::optional<Split> split) {
  check_counts(inputs);
  ScoreInputs out;
  const auto all = std::make_shared<Tables>();
  for (size_t i = 0; i < inputs.codes.size(); ++i) {
    CodeFiles files = files_at(inputs, i);
    files.keep_order = split.has_value();
    FileCodes read = read_code_files(files);
    check_split(split, files.codes.string(), read.table.n);
    for (auto& remark : read.remarks)
      if (!std::ranges::count(out.remarks, remark)) out.remarks.push_back(std::move(remark));
    out.list.push_back({files.codes.string(),
                        std::make_shared<ScoredEvidence>(std::move(read.table), std::move(read.codes), split, all),
                        std::move(read.latents)});
  }
  return out;
}

ScoreInputs open_runs(const std::vector<fs::path>& folders, std::optional<Split> split) {
  ScoreInputs out;
  const auto all = std::make_shared<Tables>();
  for (auto& path : runs_below(folders)) {
    const LoadedRun run = load_run(path);
    Codes codes = codes_of(run);
    CodeTable table = pool(codes);
    check_split(split, path.string(), table.n);
    std::vector<std::string> names(static_cast<size_t>(table.d));
    for (size_t i = 0; i < names.size(); ++i) names[i] = fmt::format("z{}", i);
    for (auto& latent : latent_names(run.config.model->latents()))
      if (latent.table >= 0 && latent.table < table.d) names[static_cast<size_t>(latent.table)] = latent.text;
    out.list.push_back({path.string(), std::make_shared<ScoredEvidence>(std::move(table), std::move(codes), split, all),
                        std::move(names)});
  }
  return out;
}

namespace {

Scores scores_of(Evidence& evidence, ScoringOptions options, const std::string& representation) {
  Scores out;
  for (auto& one : representation == "both" ? std::vector<std::string>{"mean", "sampled"}
                                            : std::vector<std::string>{representation}) {
    options.representation = one;
    Scores some = compute_scores(evidence, options);
    std::ranges::move(some.list, std::back_inserter(out.list));
    for (auto& left : some.left_out)
      if (!std::ranges::count(out.left_out, left)) out.left_out.push_back(std::move(left));
  }
  return out;
}

}  // namespace

std::vector<ScoredCodes> score_inputs(const ScoreInputs& inputs, ScoringOptions options,
                                      const std::string& representation) {
  std::vector<ScoredCodes> out;
  const bool several = inputs.list.size() > 1;
  options.comparing = several ? Comparing::one : Comparing::either;
  for (auto& input : inputs.list) {
    const CodeTable& table = input.evidence->table();
    ScoredCodes scored{.name = input.name, .latents = input.latents, .items = table.n, .full_grid = table.full_grid};
    for (auto& factor : table.factors) scored.factors.push_back(factor.name);
    scored.scores = scores_of(*input.evidence, options, representation);
    out.push_back(std::move(scored));
  }
  if (!several) return out;
  options.comparing = Comparing::several;
  out.push_back({.name = "all", .scores = scores_of(*inputs.list.front().evidence, options, representation)});
  return out;
}

}  // namespace teasel
