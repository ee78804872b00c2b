#include "teasel/core/gif.hpp"

#include <gif_lib.h>

#include <algorithm>
#include <array>
#include <memory>
#include <stdexcept>
#include <string_view>

#include "teasel/core/file.hpp"

namespace teasel {
namespace {

constexpr size_t most_colours = 256;

// The frames as numbers of colours of one palette.
struct Indexed {
  std::vector<GifColorType> palette;  // a power of two of them, at least 2
  std::vector<uint8_t> pixels;        // [frames, height, width]
};

uint32_t packed(const Picture& picture, size_t pixel) {
  const uint8_t* at = picture.pixels.data() + pixel * static_cast<size_t>(picture.channels);
  if (picture.channels == 1) return *at * 0x010101u;
  return static_cast<uint32_t>(at[0]) << 16 | static_cast<uint32_t>(at[1]) << 8 | at[2];
}

GifColorType unpacked(uint32_t colour) {
  return {static_cast<GifByteType>(colour >> 16), static_cast<GifByteType>(colour >> 8 & 255),
          static_cast<GifByteType>(colour & 255)};
}

size_t pixels_of(const Picture& picture) {
  return static_cast<size_t>(picture.width) * static_cast<size_t>(picture.height);
}

// Every colour that occurs, ascending; stops once there are more than a palette holds.
std::vector<uint32_t> colours_of(const std::vector<Picture>& frames) {
  std::vector<uint32_t> colours;
  for (auto& frame : frames)
    for (size_t p = 0; p < pixels_of(frame); ++p) {
      const uint32_t colour = packed(frame, p);
      if (p > 0 && colour == packed(frame, p - 1)) continue;
      const auto at = std::ranges::lower_bound(colours, colour);
      if (at != colours.end() && *at == colour) continue;
      colours.insert(at, colour);
      if (colours.size() > most_colours) return colours;
    }
  return colours;
}

Indexed exact(const std::vector<Picture>& frames, const std::vector<uint32_t>& colours) {
  Indexed out;
  for (uint32_t colour : colours) out.palette.push_back(unpacked(colour));
  for (auto& frame : frames)
    for (size_t p = 0; p < pixels_of(frame); ++p)
      out.pixels.push_back(static_cast<uint8_t>(std::ranges::lower_bound(colours, packed(frame, p)) - colours.begin()));
  return out;
}

Indexed reduced(const std::vector<Picture>& frames) {
  const size_t size = pixels_of(frames[0]);
  std::vector<GifByteType> red, green, blue;
  for (auto* plane : {&red, &green, &blue}) plane->reserve(size * frames.size());
  for (auto& frame : frames)
    for (size_t p = 0; p < size; ++p) {
      const GifColorType colour = unpacked(packed(frame, p));
      red.push_back(colour.Red), green.push_back(colour.Green), blue.push_back(colour.Blue);
    }
  Indexed out;
  out.palette.resize(most_colours);
  out.pixels.resize(red.size());
  int used = most_colours;
  // One picture as high as all frames together, so that they share a palette and still parts stay still.
  if (GifQuantizeBuffer(static_cast<unsigned>(frames[0].width),
                        static_cast<unsigned>(static_cast<size_t>(frames[0].height) * frames.size()), &used, red.data(),
                        green.data(), blue.data(), out.pixels.data(), out.palette.data()) != GIF_OK)
    throw std::bad_alloc();
  return out;
}

Indexed indexed(const std::vector<Picture>& frames) {
  const auto colours = colours_of(frames);
  Indexed out = colours.size() <= most_colours ? exact(frames, colours) : reduced(frames);
  size_t room = 2;
  while (room < out.palette.size()) room *= 2;
  out.palette.resize(room, {0, 0, 0});
  return out;
}

struct Rectangle {
  int x = 0, y = 0, width = 1, height = 1;
};

// The smallest rectangle outside of which two frames agree; one pixel where they agree everywhere.
Rectangle difference(const uint8_t* before, const uint8_t* now, int width, int height) {
  int left = width, right = -1, top = height, bottom = -1;
  for (int y = 0; y < height; ++y)
    for (int x = 0; x < width; ++x)
      if (before[static_cast<size_t>(y) * width + x] != now[static_cast<size_t>(y) * width + x]) {
        left = std::min(left, x), right = std::max(right, x);
        top = std::min(top, y), bottom = y;
      }
  return right < 0 ? Rectangle{} : Rectangle{left, top, right - left + 1, bottom - top + 1};
}

std::vector<uint8_t> cut(const uint8_t* frame, int width, const Rectangle& part) {
  std::vector<uint8_t> out;
  for (int y = part.y; y < part.y + part.height; ++y) {
    const uint8_t* row = frame + static_cast<size_t>(y) * width + part.x;
    out.insert(out.end(), row, row + part.width);
  }
  return out;
}

// What giflib writes through; its failures here can only be a lack of memory.
class Encoder {
 public:
  Encoder() : gif_(EGifOpen(&out_, append, nullptr)) {
    if (!gif_) throw std::bad_alloc();
  }
  ~Encoder() {
    if (gif_) EGifCloseFile(gif_, nullptr);
  }
  Encoder(const Encoder&) = delete;
  Encoder& operator=(const Encoder&) = delete;

  void begin(int width, int height, const std::vector<GifColorType>& palette, const GifOptions& options) {
    const std::unique_ptr<ColorMapObject, decltype(&GifFreeMapObject)> map(
        GifMakeMapObject(static_cast<int>(palette.size()), palette.data()), GifFreeMapObject);
    if (!map) throw std::bad_alloc();
    EGifSetGifVersion(gif_, true);
    check(EGifPutScreenDesc(gif_, width, height, 8, 0, map.get()));
    if (options.loops >= 0) put_loops(options.loops);
  }

  // `pixels`: what the rectangle holds, row after row.
  void frame(const Rectangle& part, std::vector<uint8_t> pixels, int delay) {
    const GraphicsControlBlock control{
        .DisposalMode = DISPOSE_DO_NOT, .UserInputFlag = false, .DelayTime = delay, .TransparentColor = -1};
    std::array<GifByteType, 4> extension{};
    const size_t length = EGifGCBToExtension(&control, extension.data());
    check(EGifPutExtension(gif_, GRAPHICS_EXT_FUNC_CODE, static_cast<int>(length), extension.data()));
    check(EGifPutImageDesc(gif_, part.x, part.y, part.width, part.height, false, nullptr));
    check(EGifPutLine(gif_, pixels.data(), static_cast<int>(pixels.size())));
  }

  std::string finish() {
    GifFileType* gif = gif_;
    gif_ = nullptr;
    check(EGifCloseFile(gif, nullptr));
    return std::move(out_);
  }

 private:
  static void check(int result) {
    if (result != GIF_OK) throw std::bad_alloc();
  }
  static int append(GifFileType* gif, const GifByteType* bytes, int count) {
    static_cast<std::string*>(gif->UserData)->append(reinterpret_cast<const char*>(bytes), static_cast<size_t>(count));
    return count;
  }

  // Netscape's application extension, which every viewer reads.
  void put_loops(int loops) {
    constexpr std::string_view name = "NETSCAPE2.0";
    const std::array<GifByteType, 3> block{1, static_cast<GifByteType>(loops & 255),
                                           static_cast<GifByteType>(loops >> 8)};
    check(EGifPutExtensionLeader(gif_, APPLICATION_EXT_FUNC_CODE));
    check(EGifPutExtensionBlock(gif_, static_cast<int>(name.size()), name.data()));
    check(EGifPutExtensionBlock(gif_, static_cast<int>(block.size()), block.data()));
    check(EGifPutExtensionTrailer(gif_));
  }

  std::string out_;
  GifFileType* gif_;
};

void check(const std::vector<Picture>& frames, const GifOptions& options) {
  constexpr int most = 65535;
  if (frames.empty()) throw std::invalid_argument("a GIF needs a frame");
  for (auto& frame : frames)
    if (frame.width != frames[0].width || frame.height != frames[0].height || frame.width < 1 || frame.height < 1 ||
        frame.width > most || frame.height > most || (frame.channels != 1 && frame.channels != 3))
      throw std::invalid_argument("the frames of a GIF need one size, from 1 to 65535 pixels, and 1 or 3 channels");
  if (options.delay < 0 || options.delay > most || options.loops < -1 || options.loops > most)
    throw std::invalid_argument("delay and loops of a GIF go up to 65535");
}

}  // namespace

std::string encode_gif(const std::vector<Picture>& frames, const GifOptions& options) {
  check(frames, options);
  Indexed all = indexed(frames);
  Encoder encoder;
  const int width = frames[0].width, height = frames[0].height;
  encoder.begin(width, height, all.palette, options);
  const uint8_t* now = all.pixels.data();
  for (size_t f = 0; f < frames.size(); ++f, now += pixels_of(frames[0])) {
    const Rectangle part =
        f == 0 ? Rectangle{0, 0, width, height} : difference(now - pixels_of(frames[0]), now, width, height);
    encoder.frame(part, cut(now, width, part), options.delay);
  }
  return encoder.finish();
}

void write_gif(const std::filesystem::path& path, const std::vector<Picture>& frames, const GifOptions& options) {
  write_file(path, encode_gif(frames, options));
}

}  // namespace teasel
