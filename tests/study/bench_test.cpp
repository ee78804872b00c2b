// Measurements: what is counted by hand, what a clock must obey.
#include "teasel/study/bench.hpp"

#include <gtest/gtest.h>

#include "teasel/core/error.hpp"
#include "tests/models/small.hpp"

namespace teasel {
namespace {

using namespace testing;

TEST(Bench, QuartilesAreThoseOfLinearInterpolation) {
  const Timing t = timing_of({4, 1, 2, 3});  // numpy.percentile([1, 2, 3, 4], [25, 50, 75])
  EXPECT_DOUBLE_EQ(t.least, 1);
  EXPECT_DOUBLE_EQ(t.lower, 1.75);
  EXPECT_DOUBLE_EQ(t.median, 2.5);
  EXPECT_DOUBLE_EQ(t.upper, 3.25);
  const Timing one = timing_of({7});
  EXPECT_DOUBLE_EQ(one.lower, 7);
  EXPECT_DOUBLE_EQ(one.upper, 7);
}

std::optional<double> counted(const std::string& model, const std::string& options, int64_t batch) {
  DataSpec data{.name = "images", .fields = {{"x", {1, 64, 64}, Dtype::bit}}, .size = 100};
  const Value given = parse_toml(options, "options");
  const auto made =
      Registry<Model>::get().make(model, Registry<Model>::get().resolve(model, given, "model"), {data, 0});
  return step_multiply_adds(*made, data.fields[0], batch);
}

// Convolutions of conv_a2 and conv_a4 at 64 pixels, by output pixels: 1-32 at 32x32, 32-32 at 16x16, 32-64 at 8x8,
// 64-64 at 4x4, 4x4 kernels; the decoder's are the same numbers by input pixels.
constexpr double kFirst = 16.0 * 32 * 32 * 32,
                 kConvolutions = kFirst + 16.0 * (32 * 32 * 256 + 32 * 64 * 64 + 64 * 64 * 16);

TEST(Bench, CountsTheArithmeticOfBetaVae) {
  const double encoder = kConvolutions + 1024 * 256 + 256 * 20, decoder = kConvolutions + 10 * 256 + 256 * 1024;
  EXPECT_DOUBLE_EQ(counted("beta_vae", "encoder = 'conv_a4'\ndecoder = 'conv_a4'", 64).value(),
                   64 * (3 * (encoder + decoder) - kFirst));
}

TEST(Bench, CountsTheArithmeticOfFactorVae) {
  const double encoder = kConvolutions + 1024 * 128 + 128 * 20, decoder = kConvolutions + 10 * 128 + 128 * 1024,
               discriminator = 10 * 1000 + 4 * 1000 * 1000 + 1000 * 2;
  const double autoencoder_phase = 64 * (3 * (encoder + decoder) - kFirst + 2 * discriminator),
               second_batch = 64 * encoder, discriminator_phase = 128 * (3 * discriminator - 10 * 1000);
  EXPECT_DOUBLE_EQ(counted("factor_vae", "encoder = 'conv_a2'\ndecoder = 'conv_a2'", 64).value(),
                   autoencoder_phase + second_batch + discriminator_phase);
}

TEST(Bench, CountsNothingForConvolutionsThatDoNotHalve) {
  EXPECT_FALSE(counted("beta_vae", "encoder = 'conv_a7'\ndecoder = 'conv_a7'", 64));
}

TEST(Bench, ThePeakIsAProcessors) {
  const ProcessorPeak one = processor_peak(1);
  EXPECT_GT(one.gflops, 1);     // a multiply-add a cycle on the slowest
  EXPECT_LT(one.gflops, 1000);  // 64 of them at 6 GHz
  EXPECT_FALSE(one.instructions.empty());
}

TEST(Bench, PartsMakeUpTheStep) {
  Value config{Value::Table{{"model", small_options("factor_vae")}, {"data", parse_toml(small_data_toml, "")}}};
  config.set("model.name", Value("factor_vae"));
  config.set("train", parse_toml("steps = 3\nbatch_size = 8\nthreads = 1", ""));
  StepBench bench(config);
  for (int turn = 0; turn < 2; ++turn) {  // beyond the configuration's steps
    const auto r = bench.run(1, 5);
    EXPECT_GT(r.data.least, 0);
    EXPECT_GT(r.update.least, 0);
    EXPECT_GT(r.gradients.least, r.update.least);
    EXPECT_GE(r.step.least, r.data.least + r.gradients.least + r.update.least);
    EXPECT_LE(r.step.least, r.step.median);
    EXPECT_GT(r.data_share, 0);
    EXPECT_LT(r.data_share, 100);
  }
}

TEST(Bench, GathersAreTimed) {
  const DataBench bench = bench_data(parse_toml(small_data_toml, ""), 16, 10);
  EXPECT_EQ(bench.stored_bytes, 6144 * 32);
  EXPECT_GT(bench.packed.least, 0);
  EXPECT_NEAR(bench.items_per_second, 16 / bench.widened.median * 1000, 1e-6 * bench.items_per_second);
}

TEST(Bench, MetricsAreTimedAndUnknownOnesRefused) {
  const auto all = bench_scores({}, "teasel", 500, 1, 0);
  EXPECT_EQ(all.size(), Registry<Metric>::get().names().size());
  for (auto& bench : all) {
    EXPECT_NE(bench.refused.empty(), bench.timing.least == 0) << bench.metric << bench.refused;
    EXPECT_EQ(bench.runs, bench.refused.empty() ? 1 : 0) << bench.metric;
  }
  const auto named = bench_scores({"mig"}, "teasel", 500, 3, 100);
  ASSERT_EQ(named.size(), 1u);
  EXPECT_EQ(named[0].metric, "mig");
  EXPECT_GT(named[0].timing.least, 0);
  EXPECT_EQ(named[0].runs, 3);
  EXPECT_EQ(bench_scores({"mig"}, "teasel", 500, 3, 0)[0].runs, 1);
  EXPECT_THROW(bench_scores({"mgi"}, "teasel", 500, 1, 0), Error);
}

}  // namespace
}  // namespace teasel
