#include "teasel/study/score_output.hpp"

#include <algorithm>
#include <functional>
#include <set>

namespace teasel {
namespace {

Value list_of(const std::vector<double>& numbers) {
  Value::List list;
  for (double v : numbers) list.emplace_back(v);
  return Value(std::move(list));
}

Value detail_of(const Score& score) {
  Value detail{Value::Table{}};
  for (auto& [name, numbers] : score.detail) detail.as<Value::Table>()->emplace_back(name, list_of(numbers));
  return detail;
}

Value texts_value(const std::vector<std::string>& texts) {
  Value::List list;
  for (auto& text : texts) list.emplace_back(text);
  return Value(std::move(list));
}

Value codes_value(const ScoredCodes& codes) {
  return Value(Value::Table{{"name", Value(codes.name)},
                            {"items", Value(codes.items)},
                            {"full_grid", Value(codes.full_grid)},
                            {"latents", texts_value(codes.latents)},
                            {"factors", texts_value(codes.factors)}});
}

// A column of the table of scores.
struct Shown {
  Column column;
  std::function<Cell(const ScoredCodes&, const Score&, const Score::Output&)> cell;
};

bool any(const std::vector<ScoredCodes>& scored, const std::function<bool(const Score&)>& holds) {
  return std::ranges::any_of(scored, [&](auto& codes) { return std::ranges::any_of(codes.scores.list, holds); });
}

std::vector<Shown> columns_of(const std::vector<ScoredCodes>& scored, bool full) {
  std::set<std::string> representations;
  any(scored, [&](auto& score) {
    representations.insert(score.representation);
    return false;
  });
  const int decimals = full ? -1 : 4;
  std::vector<Shown> out;
  if (full || scored.size() > 1) out.push_back({{"run"}, [](auto& codes, auto&, auto&) { return Cell(codes.name); }});
  out.push_back({{"score"}, [](auto&, auto&, auto& output) { return Cell(output.name); }});
  out.push_back({{"value"}, [=](auto&, auto&, auto& output) { return Cell(output.value, decimals); }});
  out.push_back({{"low"}, [=](auto&, auto&, auto& output) { return Cell(output.low, decimals); }});
  out.push_back({{"high"}, [=](auto&, auto&, auto& output) { return Cell(output.high, decimals); }});
  if (full || any(scored, [](auto& score) {
        return std::ranges::any_of(score.outputs, [](auto& output) { return output.spread > 0; });
      }))
    out.push_back({{"spread"}, [=](auto&, auto&, auto& output) { return Cell(output.spread, decimals); }});
  out.push_back({{"protocol"}, [](auto&, auto& score, auto&) { return Cell(score.protocol); }});
  if (full || representations.size() > 1)
    out.push_back({{"codes"}, [](auto&, auto& score, auto&) { return Cell(score.representation); }});
  if (full) out.push_back({{"samples"}, [](auto&, auto& score, auto&) { return Cell(score.samples); }});
  out.push_back(
      {{"hash"}, [=](auto&, auto& score, auto&) { return Cell(full ? score.hash : score.hash.substr(0, 8)); }});
  return out;
}

}  // namespace

Table scores_table(const std::vector<ScoredCodes>& scored, bool full) {
  Table table;
  const auto columns = columns_of(scored, full);
  for (auto& shown : columns) table.columns.push_back(shown.column);
  for (auto& codes : scored)
    for (auto& score : codes.scores.list)
      for (auto& output : score.outputs) {
        auto& row = table.rows.emplace_back();
        for (auto& shown : columns) row.push_back(shown.cell(codes, score, output));
      }
  return table;
}

Value scores_value(const std::vector<ScoredCodes>& scored) {
  Value::List scores, left_out, all;
  for (auto& codes : scored) {
    all.push_back(codes_value(codes));
    for (auto& score : codes.scores.list)
      for (auto& output : score.outputs) {
        Value entry{Value::Table{{"metric", Value(output.name)},
                                 {"value", Value(output.value)},
                                 {"low", Value(output.low)},
                                 {"high", Value(output.high)},
                                 {"protocol", Value(score.protocol)},
                                 {"hash", Value(score.hash)},
                                 {"family", Value(score.metric)},
                                 {"representation", Value(score.representation)},
                                 {"samples", Value(score.samples)},
                                 {"spread", Value(output.spread)},
                                 {"detail", detail_of(score)}}};
        if (scored.size() > 1) entry.set("run", Value(codes.name));
        scores.push_back(std::move(entry));
      }
    for (auto& out : codes.scores.left_out)
      left_out.emplace_back(Value::Table{
          {"metric", Value(out.metric)}, {"protocol", Value(out.protocol)}, {"reason", Value(out.reason)}});
  }
  return Value(Value::Table{{"scores", Value(std::move(scores))},
                            {"codes", Value(std::move(all))},
                            {"left_out", Value(std::move(left_out))}});
}

Value to_value(const Score& score) {
  Value out{Value::Table{{"metric", Value(score.metric)},
                         {"protocol", Value(score.protocol)},
                         {"hash", Value(score.hash)},
                         {"representation", Value(score.representation)},
                         {"samples", Value(score.samples)}}};
  Value::List outputs;
  for (auto& o : score.outputs)
    outputs.emplace_back(Value::Table{
        {"name", Value(o.name)}, {"value", Value(o.value)}, {"low", Value(o.low)}, {"high", Value(o.high)}});
  out.set("outputs", Value(std::move(outputs)));
  out.set("detail", detail_of(score));
  return out;
}

}  // namespace teasel
