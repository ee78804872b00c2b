// Encoding, data sets and metrics: what trains nothing.
#include <ATen/ATen.h>

#include <chrono>

#include "teasel/core/error.hpp"
#include "teasel/core/progress.hpp"
#include "teasel/core/random.hpp"
#include "teasel/explore/encode.hpp"
#include "teasel/models/gather.hpp"
#include "teasel/study/bench.hpp"

namespace teasel {
namespace {

constexpr int64_t kLatents = 10;

template <class Work>
double milliseconds(const Work& work) {
  const auto started = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - started).count();
}

std::vector<int64_t> random_items(int64_t size, int64_t count, int64_t number) {
  const Stream stream(0, "bench items", number);
  std::vector<int64_t> items(static_cast<size_t>(count));
  for (int64_t i = 0; i < count; ++i) items[static_cast<size_t>(i)] = static_cast<int64_t>(stream.below(size, i));
  return items;
}

std::vector<float> normal(const std::string& name, int64_t rows, int64_t columns) {
  std::vector<float> out(static_cast<size_t>(rows * columns));
  Stream(0, "bench codes/" + name).normal(0, rows * columns, out);
  return out;
}

// Codes with what every metric may ask for: a tenth of a standard deviation of noise on five factors.
Codes codes_like_a_model(const Dataset& data, int64_t rows) {
  Codes codes;
  codes.samples = rows;
  codes.factor_specs = data.spec().factors;
  const auto width = static_cast<int64_t>(codes.factor_specs.size());
  codes.factors.resize(static_cast<size_t>(rows * width));
  data.factors(random_items(data.spec().size, rows, -1), codes.factors);
  auto location = normal("location", rows, kLatents);
  for (int64_t i = 0; i < rows; ++i)
    for (int64_t k = 0; k < std::min(width, kLatents); ++k) {
      const auto classes =
          static_cast<float>(std::max<int64_t>(codes.factor_specs[static_cast<size_t>(k)].classes(), 2));
      float& z = location[static_cast<size_t>(i * kLatents + k)];
      z = 0.1F * z + 3 * codes.factors[static_cast<size_t>(i * width + k)] / (classes - 1) - 1.5F;
    }
  const auto elements = static_cast<size_t>(rows * kLatents);
  codes.blocks = {{{.name = "z", .size = kLatents}, std::move(location), std::vector<float>(elements, 0.1F)}};
  codes.kl.assign(elements, 1);
  codes.distortion.assign(static_cast<size_t>(rows), 20);
  for (int64_t i = 0; i < rows; ++i) codes.distortion_of.push_back(i);
  return codes;
}

}  // namespace

EncodeBench bench_encode(const LoadedRun& run, int64_t first, int64_t items, int64_t batch_size) {
  const Dataset& data = *run.config.data;
  EncodeOptions options{.batch_size = batch_size, .distortion_items = 0, .progress = false};
  for (int64_t i = 0; i < items; ++i) options.items.push_back((first + i) % data.spec().size);
  EncodeBench out;
  out.milliseconds = milliseconds([&] { encode(*run.config.model, data, run.calibration, options); });
  out.items_per_second = 1000 * static_cast<double>(items) / out.milliseconds;
  return out;
}

DataBench bench_data(const Value& table, int64_t batch_size, int64_t batches) {
  DataBench out;
  std::shared_ptr<const Dataset> data;
  out.open_milliseconds = milliseconds([&] { data = open_dataset(resolve_data(table)); });
  const FieldSpec& field = data->spec().fields.front();
  out.stored_bytes = field.bytes() * data->spec().size;
  std::vector<std::byte> buffer(static_cast<size_t>(field.bytes() * batch_size));
  std::vector<double> packed, widened;
  for (int64_t i = 0; i < batches; ++i) {
    const auto items = random_items(data->spec().size, batch_size, i);
    packed.push_back(milliseconds([&] { data->gather(items, 0, {}, buffer); }));
    const auto others = random_items(data->spec().size, batch_size, batches + i);  // not what now lies in the cache
    widened.push_back(milliseconds([&] { gather_batch(*data, {field.name}, others, {})[field.name]; }));
  }
  out.packed = timing_of(std::move(packed));
  out.widened = timing_of(std::move(widened));
  out.items_per_second = 1000 * static_cast<double>(batch_size) / out.widened.median;
  return out;
}

std::vector<ScoreBench> bench_scores(const std::vector<std::string>& metrics, const std::string& protocol, int64_t rows,
                                     int64_t repetitions, double seconds) {
  const Protocol chosen = load_protocol(protocol);
  const auto data = open_dataset(resolve_data(Value(Value::Table{{"name", "dsprites"}})));
  const Codes codes = codes_like_a_model(*data, rows);
  CodesEvidence evidence(codes);
  evidence.table();  // pooled before the clock runs
  const auto names = metrics.empty() ? Registry<Metric>::get().names() : metrics;
  Progress bar("time", std::ssize(names), "metrics");
  std::vector<ScoreBench> out;
  for (auto& metric : names) {
    bar.update(std::ssize(out), metric);
    ScoreBench bench{.metric = metric};
    std::vector<double> times;
    try {
      for (double taken = 0; std::ssize(times) < repetitions && (times.empty() || taken < 1000 * seconds);) {
        times.push_back(milliseconds([&] { score(metric, evidence, chosen, 0); }));
        taken += times.back();
      }
      bench.runs = std::ssize(times);
      bench.timing = timing_of(std::move(times));
    } catch (const Error& error) {
      if (!metrics.empty()) throw;
      bench.refused = error.what();
    }
    out.push_back(std::move(bench));
  }
  bar.finish();
  return out;
}

}  // namespace teasel
