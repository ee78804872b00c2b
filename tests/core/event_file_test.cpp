// Event files, read back by the reader of this test and by TensorBoard's own where it is installed.
#include "teasel/core/event_file.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <sys/wait.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <sstream>

#include "teasel/core/file.hpp"
#include "tests/core/temporary_folder.hpp"

namespace teasel {
namespace {

using namespace testing;
namespace fs = std::filesystem;

// RFC 3720, appendix B.4, and the check value of the catalogue of CRCs.
TEST(Crc32c, HasThePublishedValues) {
  EXPECT_EQ(crc32c("123456789"), 0xe3069283u);
  EXPECT_EQ(crc32c(std::string(32, '\0')), 0x8a9136aau);
  EXPECT_EQ(crc32c(std::string(32, '\xff')), 0x62a8ab43u);
  std::string rising(32, ' ');
  for (size_t i = 0; i < 32; ++i) rising[i] = static_cast<char>(i);
  EXPECT_EQ(crc32c(rising), 0x46dd794eu);
  EXPECT_EQ(crc32c(""), 0u);
}

std::vector<fs::path> files_in(const fs::path& folder) {
  std::vector<fs::path> out;
  for (auto& entry : fs::directory_iterator(folder)) out.push_back(entry.path());
  std::ranges::sort(out);
  return out;
}

// What TensorBoard's reader prints; skips the test where it is not installed. `purge` false: as if no mark of a restart
// had been read, so that the files themselves must hold every step once.
std::string tensorboard_reads(const fs::path& folder, bool purge = true) {
  const char* python = std::getenv("TEASEL_TEST_PYTHON");
  const TemporaryFolder scratch;
  const std::string out = (scratch / "out").string();
  const std::string command = std::string(python && *python ? python : "python3") + " tests/core/read_events.py " +
                              folder.string() + (purge ? "" : " keep") + " > " + out + " 2> " + out + ".err";
  const int status = std::system(command.c_str());
  if (WEXITSTATUS(status) == 3 || WEXITSTATUS(status) == 127) return "absent";
  EXPECT_EQ(status, 0) << read_file(out + ".err");
  return read_file(out);
}

void write_steps(EventLog& log, int64_t from, int64_t to, double offset) {
  for (int64_t step = from; step < to; ++step) {
    const std::vector<EventLog::Scalar> scalars{{"loss", offset + static_cast<double>(step)}, {"kl/0", 0.5}};
    log.write(step, scalars);
    if ((step + 1) % 5 == 0) log.write(step + 1, std::vector<EventLog::Scalar>{{"eval.mig", offset / 100}});
  }
}

// What a training leaves that was killed, went on from step 10, went back to step 15 and ended at 20.
void interrupted(const fs::path& folder) {
  {
    EventLog log(folder, 0);
    write_steps(log, 0, 14, 0);
  }
  std::ofstream(files_in(folder).back(), std::ios::app | std::ios::binary) << "a record that was cut o";
  EventLog log(folder, 10);
  write_steps(log, 10, 17, 100);
  log.go_back(15);
  write_steps(log, 15, 20, 200);
  log.sync();
}

std::string expected_after_interruptions() {
  std::ostringstream out;
  out << "eval.mig 5 0.0\neval.mig 10 0.0\neval.mig 15 1.0\neval.mig 20 2.0\n";
  for (int step = 0; step < 20; ++step) out << "kl/0 " << step << " 0.5\n";
  for (int step = 0; step < 20; ++step)
    out << "loss " << step << " " << step + (step < 10 ? 0 : step < 15 ? 100 : 200) << ".0\n";
  return out.str();
}

TEST(EventLog, TensorBoardReadsEveryStepOnce) {
  const TemporaryFolder folder;
  interrupted(folder.path());
  const std::string seen = tensorboard_reads(folder.path());
  if (seen == "absent") GTEST_SKIP() << "no Python with the package tensorboard; name one in TEASEL_TEST_PYTHON";
  EXPECT_EQ(seen, expected_after_interruptions());
  EXPECT_EQ(tensorboard_reads(folder.path(), /*purge=*/false), expected_after_interruptions());
}

// The frame of a record: its length and the masked CRC of both parts, in the order that the format states.
TEST(EventLog, RecordsAreFramedAsTheFormatSays) {
  const TemporaryFolder folder;
  {
    EventLog log(folder.path(), 0);
    log.write(300, std::vector<EventLog::Scalar>{{"a", 1.5}});
  }
  const std::string text = read_file(files_in(folder.path()).at(0));
  const auto whole = [&](size_t at, size_t size) {
    uint64_t value = 0;
    for (size_t i = 0; i < size; ++i) value |= uint64_t{static_cast<unsigned char>(text.at(at + i))} << 8 * i;
    return value;
  };
  const auto masked = [](uint32_t crc) { return static_cast<uint32_t>((crc >> 15 | crc << 17) + 0xa282ead8u); };
  size_t at = 0;
  std::vector<std::string> events;
  while (at < text.size()) {
    const uint64_t length = whole(at, 8);
    EXPECT_EQ(whole(at + 8, 4), masked(crc32c(text.substr(at, 8))));
    events.push_back(text.substr(at + 12, length));
    EXPECT_EQ(whole(at + 12 + length, 4), masked(crc32c(events.back())));
    at += 16 + length;
  }
  ASSERT_EQ(events.size(), 2u);
  EXPECT_NE(events[0].find("brain.Event:2"), std::string::npos);
  // Field 1 (a double), field 2 the step 300 as a varint, field 5 {field 1 {field 1 "a", field 2 the float 1.5}}.
  EXPECT_EQ(events[1].substr(9), std::string("\x10\xac\x02\x2a\x0a\x0a\x08\x0a\x01"
                                             "a\x15\x00\x00\xc0\x3f",
                                             15));
}

Picture stripes(int width, int channels, int shift) {
  Picture picture(width, 6, channels);
  for (size_t i = 0; i < picture.pixels.size(); ++i)
    picture.pixels[i] = static_cast<uint8_t>(i * 37 + static_cast<size_t>(shift));
  return picture;
}

// The message field by field: tag 1, image 4 {height 1, width 2, colours 3, bytes 4} of summary.proto.
TEST(EventLog, PicturesAreWrittenAsTheFormatSays) {
  const TemporaryFolder folder;
  const Picture picture = stripes(9, 3, 0);
  {
    EventLog log(folder.path(), 0);
    log.write(7, "strip", picture);
  }
  const std::string text = read_file(files_in(folder.path()).at(0)), png = encode_png(picture);
  const auto length = [](size_t n) {  // a varint
    return n < 128 ? std::string(1, static_cast<char>(n))
                   : std::string{static_cast<char>(n | 0x80), static_cast<char>(n >> 7)};
  };
  const std::string image = std::string("\x08\x06\x10\x09\x18\x03\x22") + length(png.size()) + png;
  const std::string value = std::string("\x0a\x05strip\x22") + length(image.size()) + image;
  const std::string summary = "\x0a" + length(value.size()) + value;
  EXPECT_NE(text.find(std::string("\x10\x07\x2a") + length(summary.size()) + summary), text.npos);
}

TEST(EventLog, PicturesStayWithTheStateThatTheyShow) {
  const TemporaryFolder folder;
  const auto train = [](EventLog& log, int64_t from, int64_t to) {
    for (int64_t step = from; step < to; ++step) {
      log.write(step, std::vector<EventLog::Scalar>{{"loss", 1}});
      if ((step + 1) % 5 == 0) log.write(step + 1, "strip", stripes(static_cast<int>(step), 1, 0));
    }
  };
  {
    EventLog log(folder.path(), 0);
    train(log, 0, 14);
  }
  EventLog log(folder.path(), 10);
  train(log, 10, 17);
  log.go_back(15);
  train(log, 15, 20);
  log.sync();
  std::ostringstream expected;
  for (int step = 0; step < 20; ++step) expected << "loss " << step << " 1.0\n";
  for (int step : {5, 10, 15, 20})
    expected << "strip " << step << " " << step - 1 << "x6 "
             << fmt::format("{:08x}", crc32c(encode_png(stripes(step - 1, 1, 0)))) << "\n";
  const std::string seen = tensorboard_reads(folder.path());
  if (seen == "absent") GTEST_SKIP() << "no Python with the package tensorboard; name one in TEASEL_TEST_PYTHON";
  EXPECT_EQ(seen, expected.str());
  EXPECT_EQ(tensorboard_reads(folder.path(), /*purge=*/false), expected.str());
}

TEST(EventLog, AFileThatNothingIsLeftOfGoes) {
  const TemporaryFolder folder;
  for (int attempt = 0; attempt < 3; ++attempt) {
    EventLog log(folder.path(), 0);
    write_steps(log, 0, 5, 0);
  }
  const auto files = files_in(folder.path());
  ASSERT_EQ(files.size(), 1u);
  EXPECT_NE(files[0].filename().string().find("tfevents"), std::string::npos);
}

}  // namespace
}  // namespace teasel
