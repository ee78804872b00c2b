// Our files by the libraries that own the formats, and theirs by ours: values go one way through our code and back
// through theirs. `make clients` makes the Python that TEASEL_TEST_PYTHON names.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <sstream>

#include "teasel/core/array.hpp"
#include "teasel/core/file.hpp"
#include "teasel/core/gif.hpp"
#include "teasel/core/picture.hpp"
#include "teasel/core/rows.hpp"
#include "teasel/core/value.hpp"
#include "tests/core/golden_arrays.hpp"
#include "tests/core/temporary_folder.hpp"

namespace teasel {
namespace {

namespace fs = std::filesystem;

class Clients : public ::testing::Test {
 protected:
  void SetUp() override {
    const char* python = std::getenv("TEASEL_TEST_PYTHON");
    if (!python || !*python) GTEST_SKIP() << "TEASEL_TEST_PYTHON names no Python with the libraries: make clients";
    python_ = python;
  }

  // Has the libraries copy the arrays of a file into another.
  void convert(const fs::path& from, const fs::path& to, const std::string& key = {}) const {
    execute(python_, {"tests/clients/convert.py", from, to, key});
  }
  // Runs another script of tests/clients with these arguments.
  void script(const std::string& name, std::vector<std::string> words) const {
    words.insert(words.begin(), "tests/clients/" + name);
    execute(python_, words);
  }
  void program(const std::vector<std::string>& words) const { execute(TEASEL_PROGRAM, words); }
  // A short training in the folder `run`.
  void train(const std::string& model, const std::vector<std::string>& settings) const {
    std::vector<std::string> words{"train", "--out", folder / "run", "--quiet", "--threads", "1"};
    for (auto& setting : settings) words.insert(words.end(), {"--set", setting});
    words.insert(words.end(),
                 {"--set", "model.name=" + model, "--set", "train.batch_size=4", "--set", "train.steps=3"});
    execute(TEASEL_PROGRAM, words);
  }

  TemporaryFolder folder;

 private:
  void execute(const std::string& program, const std::vector<std::string>& words) const {
    const std::string log = folder / "log";
    std::string command = "'" + program + "'";
    for (auto& word : words) command += word.empty() ? "" : " '" + word + "'";
    ASSERT_EQ(std::system((command + " > '" + log + "' 2>&1").c_str()), 0) << command << "\n" << read_file(log);
  }
  std::string python_;
};

// By name: the libraries have orders of their own.
NamedArrays sorted(NamedArrays arrays) {
  std::ranges::sort(arrays, {}, &NamedArrays::value_type::first);
  return arrays;
}

const Array& array_of(const NamedArrays& arrays, const std::string& name) {
  const auto found = std::ranges::find(arrays, name, &NamedArrays::value_type::first);
  if (found == arrays.end()) throw std::runtime_error("there is no array " + name);
  return found->second;
}

TEST_F(Clients, NumpyReadsAndWritesNpz) {
  const NamedArrays arrays = assorted_arrays();
  for (bool compress : {false, true}) {
    write_npz(folder / "ours.npz", arrays, compress);
    convert(folder / "ours.npz", folder / "theirs.npz");
    expect_same(sorted(read_npz(folder / "theirs.npz")), sorted(arrays));
  }
  for (auto& [name, array] : arrays) {
    write_npy(folder / "x.npy", array);
    convert(folder / "x.npy", folder / "x.npz");
    expect_same(read_npz(folder / "x.npz"), {{"x", array}});
  }
}

TEST_F(Clients, SafetensorsReadsAndWritesOurs) {
  const NamedArrays arrays = assorted_arrays();
  write_safetensors(folder / "ours.safetensors", {arrays, {{"key", "a \"text\" β\n"}}});
  convert(folder / "ours.safetensors", folder / "theirs.npz");
  expect_same(sorted(read_npz(folder / "theirs.npz")), sorted(arrays));
  convert(folder / "ours.safetensors", folder / "text", "key");
  EXPECT_EQ(read_file(folder / "text"), "a \"text\" β\n");
  convert(folder / "ours.safetensors", folder / "theirs.safetensors");
  const SafeTensors theirs = read_safetensors(folder / "theirs.safetensors");
  expect_same(sorted(theirs.tensors), sorted(arrays));
  EXPECT_EQ(theirs.metadata.at("made"), "by a test");
}

TEST_F(Clients, SafetensorsReadsACheckpoint) {
  train("factor_vae", {"model.discriminator.width=16"});
  const fs::path checkpoint = folder / "run" / "checkpoints/last.safetensors";
  convert(checkpoint, folder / "theirs.npz");
  const SafeTensors ours = read_safetensors(checkpoint);
  EXPECT_GT(ours.tensors.size(), 20u);
  expect_same(sorted(read_npz(folder / "theirs.npz")), sorted(ours.tensors));
  convert(checkpoint, folder / "state.json", "state");
  EXPECT_EQ(*parse_json(read_file(folder / "state.json"), "state").find("step"), Value(3));
}

TEST_F(Clients, H5pyReadsAndWritesHdf5) {
  NamedArrays arrays = assorted_arrays();
  std::erase_if(arrays, [](auto& array) { return array.second.type == ArrayType::boolean; });  // images are none
  std::vector<RowSource> sources;
  for (auto& [name, array] : arrays) sources.push_back(RowSource::of(name, array));
  for (bool compress : {false, true}) {
    write_hdf5(folder / "ours.h5", sources, compress);
    convert(folder / "ours.h5", folder / "theirs.npz");
    expect_same(sorted(read_npz(folder / "theirs.npz")), sorted(arrays));
  }
}

// All arrays of an HDF5 file, by their names without groups.
NamedArrays read_hdf5(const fs::path& path) {
  NamedArrays out;
  for (const ArrayInfo& info : list_hdf5(path))
    out.emplace_back(fs::path(info.name).filename(), read_all(*open_hdf5_rows(path, info.name)));
  return out;
}

TEST_F(Clients, HowEverH5pyLaysThemOut) {
  const NamedArrays arrays = sorted(assorted_arrays());
  write_npz(folder / "x.npz", arrays, false);
  fs::create_directory(folder / "layouts");
  script("hdf5_layouts.py", {folder / "x.npz", folder / "layouts"});
  int files = 0;
  for (auto& entry : fs::directory_iterator(folder / "layouts")) {
    SCOPED_TRACE(entry.path().filename().string());
    ASSERT_NO_THROW(expect_same(sorted(read_hdf5(entry.path())), arrays));
    ++files;
  }
  EXPECT_EQ(files, 34);
}

TEST_F(Clients, H5pyReadsTheDataSetsThatWeMake) {
  const std::string few =
      "data.views=[{name=\"select\", factor=\"shape\", values=[1]}, {name=\"select\", "
      "factor=\"orientation\", every=20}, {name=\"resize\", size=16}]";
  for (auto* name : {"x.h5", "x.npz"}) {
    program({"data", "make", "dsprites", "--set", few, "--out", folder / name, "--quiet"});
    convert(folder / name, folder / (std::string(name) + ".theirs.npz"));
  }
  const NamedArrays ours = sorted(read_npz(folder / "x.npz"));
  EXPECT_EQ(array_of(ours, "images").shape, (std::vector<int64_t>{12288, 1, 16, 16}));
  for (auto* name : {"x.h5.theirs.npz", "x.npz.theirs.npz"}) expect_same(sorted(read_npz(folder / name)), ours);
}

TEST_F(Clients, PillowReadsAndWritesPng) {
  for (int channels : {1, 3}) {
    Picture picture(13, 7, channels);
    for (size_t i = 0; i < picture.pixels.size(); ++i) picture.pixels[i] = static_cast<uint8_t>(i * 37);
    write_png(folder / "ours.png", picture);
    convert(folder / "ours.png", folder / "theirs.npz");
    const Array pixels = read_npz(folder / "theirs.npz").at(0).second;
    EXPECT_EQ(pixels.shape, channels == 1 ? std::vector<int64_t>({7, 13}) : std::vector<int64_t>({7, 13, 3}));
    ASSERT_EQ(pixels.bytes.size(), picture.pixels.size());
    EXPECT_TRUE(std::ranges::equal(pixels.as<uint8_t>(), picture.pixels));
    convert(folder / "ours.png", folder / "theirs.png");
    EXPECT_EQ(read_png(folder / "theirs.png").pixels, picture.pixels);
  }
}

TEST_F(Clients, TensorBoardReadsEvents) {
  train("beta_vae", {"train.tensorboard=true", "train.log_every=1"});
  convert(folder / "run" / "events", folder / "theirs.npz");
  const NamedArrays arrays = read_npz(folder / "theirs.npz");
  std::vector<double> losses;
  std::istringstream log(read_file(folder / "run" / "metrics.jsonl"));
  for (std::string line; std::getline(log, line);)
    losses.push_back(*parse_json(line, "log").find("loss")->as<double>());
  EXPECT_EQ(array_of(arrays, "loss.step").to_i64(), (std::vector<int64_t>{0, 1, 2}));
  const auto values = array_of(arrays, "loss.value").as<double>();
  ASSERT_EQ(values.size(), losses.size());
  for (size_t i = 0; i < losses.size(); ++i) EXPECT_NEAR(values[i], losses[i], 1e-6 * losses[i]);  // 32 bits, 7 digits
}

// Few enough items that the rows of the traversal are put in order by all of them, as `teasel traverse` does.
TEST_F(Clients, TensorBoardReadsPictures) {
  train("vae",
        {"train.tensorboard=true", "train.checkpoint_every=2",
         "data.views=[{name=\"select\", factor=\"orientation\", values=[0]}, {name=\"select\", factor=\"scale\", "
         "values=[5]}, {name=\"select\", factor=\"position_x\", values=[3, 16, 28]}, {name=\"resize\", size=16}]"});
  convert(folder / "run" / "events", folder / "theirs.npz");
  const NamedArrays arrays = read_npz(folder / "theirs.npz");
  const std::string run = folder / "run";
  ASSERT_EQ(std::system((std::string(TEASEL_PROGRAM) + " traverse --quiet --from prior '" + run + "' > /dev/null && " +
                         TEASEL_PROGRAM + " report --quiet '" + run + "' > /dev/null")
                            .c_str()),
            0);
  for (const std::string name : {"traversal_prior", "reconstructions"}) {
    EXPECT_EQ(array_of(arrays, name + ".step").to_i64(), (std::vector<int64_t>{2, 3})) << "a checkpoint and the end";
    const Picture ours = read_png(folder / "run" / "images" / (name + ".png"));
    const Array& theirs = array_of(arrays, name + ".value");
    ASSERT_EQ(theirs.shape, (std::vector<int64_t>{2, ours.height, ours.width, 3}));
    const auto last = theirs.as<uint8_t>().subspan(ours.pixels.size());
    EXPECT_TRUE(std::ranges::equal(last, ours.pixels)) << name << " of the last state";
    EXPECT_FALSE(std::ranges::equal(theirs.as<uint8_t>().first(ours.pixels.size()), ours.pixels)) << name;
  }
}

TEST_F(Clients, PillowReadsGif) {
  std::vector<Picture> frames;
  for (int f = 0; f < 4; ++f) {
    Picture frame(9, 6, 3);
    for (size_t i = 0; i < frame.pixels.size(); ++i) frame.pixels[i] = static_cast<uint8_t>((i / 3 + f) % 9 * 28);
    frames.push_back(frame);
  }
  write_gif(folder / "ours.gif", frames, {.delay = 7});
  convert(folder / "ours.gif", folder / "theirs.npz");
  const NamedArrays arrays = read_npz(folder / "theirs.npz");
  const Array& pixels = array_of(arrays, "x");
  EXPECT_EQ(pixels.shape, (std::vector<int64_t>{4, 6, 9, 3}));
  std::vector<uint8_t> all;
  for (auto& frame : frames) all.insert(all.end(), frame.pixels.begin(), frame.pixels.end());
  EXPECT_TRUE(std::ranges::equal(pixels.as<uint8_t>(), all));
  EXPECT_EQ(array_of(arrays, "milliseconds").to_i64(), (std::vector<int64_t>(4, 70)));
}

}  // namespace
}  // namespace teasel
